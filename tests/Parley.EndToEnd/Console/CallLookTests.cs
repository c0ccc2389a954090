using Microsoft.Playwright;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>How a call looks: on a desk and on a phone, in each look, and for who does not see it.</summary>
public sealed class CallLookTests
{
    private static readonly string[] Looks = ["light", "dark", "contrast"];

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_call_that_rings_and_one_that_is_held_fit_a_phone_and_are_accessible_in_each_look()
    {
        await using var call = await HeldCall.OpenAsync();
        await call.Ru.SeesAsync(call.Ru.Page.GetByText("A call rings"));
        await ShowAsync(call.Ru, "call-rings");
        await call.AnswerAsync();
        await call.HearEachOtherAsync();
        await call.Us.SeesAsync(call.Us.Page.Locator("[data-words]"));
        await ShowAsync(call.Us, "call-held");
        Assert.Empty(call.Us.Errors);
        Assert.Empty(call.Ru.Errors);
    }

    private static async Task ShowAsync(Officer officer, string name)
    {
        foreach (var (width, height, place) in ((int, int, string)[])[(1280, 800, "desk"), (390, 844, "phone")])
        {
            await officer.Page.SetViewportSizeAsync(width, height);
            foreach (var look in Looks)
            {
                await officer.Page.EvaluateAsync("look => { document.documentElement.dataset.look = look; }", look);
                await officer.ShootAsync($"{name}-{place}-{look}");
                await officer.IsAccessibleAsync($"{name}, {look}, {place}");
            }
            Assert.True(
                await officer.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                $"{name} is wider than a {place}"
            );
        }
        await officer.Page.SetViewportSizeAsync(1280, 800);
    }
}
