using Spectre.Console;

namespace Parley.Cli.Terminal;

/// <summary>A progress bar on standard error for long work; nothing at all where that is no terminal.</summary>
internal static class ProgressBar
{
    /// <summary>Runs <paramref name="work"/>, which reports how many of how many units are done (a total of 0 is
    /// unknown yet).</summary>
    internal static async Task<T> RunAsync<T>(Screen screen, string title, Func<Action<long, long>, Task<T>> work)
    {
        if (!screen.ErrorIsTerminal)
            return await work(static (_, _) => { });
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(screen.ErrorOutput),
                ColorSystem = screen.Colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            }
        );
        ProgressColumn[] columns =
            screen.Width < 60
                ? [new TaskDescriptionColumn(), new PercentageColumn()]
                :
                [
                    new TaskDescriptionColumn(),
                    new ProgressBarColumn(),
                    new PercentageColumn(),
                    new RemainingTimeColumn(),
                ];
        return await console
            .Progress()
            .AutoClear(enabled: true)
            .Columns(columns)
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(title));
                task.IsIndeterminate = true;
                return await work(
                    (done, total) =>
                    {
                        if (total <= 0)
                            return;
                        task.IsIndeterminate = false;
                        task.MaxValue = total;
                        task.Value = Math.Min(done, total);
                    }
                );
            });
    }
}
