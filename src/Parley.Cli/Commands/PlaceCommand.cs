using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Station.Api;
using Parley.Traffic.Bodies;
using Parley.Traffic.Places;

namespace Parley.Cli.Commands;

/// <summary>A place's name against its position, from the gazetteer in the program; no station and no network is
/// asked.</summary>
internal static class PlaceCommand
{
    /// <summary>Places that are listed.</summary>
    private const int Listed = 20;

    internal static Command Create(CommandContext context)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "The name of a place, in Latin letters; marks may be left out",
        };
        var position = new Option<string?>("--position")
        {
            Description = "Whether this is there: longitude and latitude; ends with 1 when name and position differ",
            HelpName = "LON,LAT",
        };
        var json = CommandContext.Json();
        var command = new Command("place", "Look a place up, or check that a name and a position agree")
        {
            name,
            position,
            json,
        };
        command.SetAction(parsed =>
        {
            var screen = context.Screen;
            var wanted = parsed.GetValue(name)!;
            if (wanted.Trim().Length is 0 or > Gazetteer.MaxName)
                throw new Failure($"a name has 1 to {Gazetteer.MaxName} characters", Program.Usage);
            var at = parsed.GetValue(position) is { } given ? Typed.Degrees("--position", given) : null;
            var view = new PlacesView(Gazetteer.Own.Named(wanted, at), Gazetteer.Own.Check(new Place(wanted, at)));
            if (parsed.GetValue(json))
                screen.Json(JsonSerializer.Serialize(view, TrafficApiJson.Readable.PlacesView));
            else
                Print(screen, wanted, view);
            return view.Check is { Differs: true } ? Program.Failed : Program.Done;
        });
        return command;
    }

    private static void Print(Screen screen, string wanted, PlacesView view)
    {
        if (view.Known.Count == 0)
            screen.Line(
                $"No place '{SafeText.ShowLine(wanted)}' is known here, which says nothing about whether there is one."
            );
        foreach (var place in view.Known.Take(Listed))
            screen.Line($"{place.Name}  {place.Country}  {Shown(place.Position)}");
        if (view.Known.Count > Listed)
            screen.Line($"and {view.Known.Count - Listed} more");
        if (view.Check is { } check)
            screen.Line(
                check.Differs
                    ? $"{screen.Warn("DIFFER")}  the nearest is {Kilometres(check.Metres)} from the position"
                    : $"{screen.Good("AGREE")}  {Kilometres(check.Metres)} apart"
            );
    }

    /// <summary>Longitude and latitude for people: <c>50.5474° N 30.2088° E</c>.</summary>
    internal static string Shown(double[] position) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Math.Abs(position[1]):0.####}° {(position[1] < 0 ? 'S' : 'N')} {Math.Abs(position[0]):0.####}° {(position[0] < 0 ? 'W' : 'E')}"
        );

    internal static string Kilometres(double metres) =>
        string.Create(CultureInfo.InvariantCulture, $"{metres / 1000:0.0} km");
}
