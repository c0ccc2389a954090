using Parley.Bench;
using Parley.Bench.SideBySide;

// One measurement per run, so that none warms another up; each prints what it measured, in the units of
// docs/performance.md.
var options = BenchOptions.Parse(args, out var wrong);
if (options is null)
{
    Console.Error.WriteLine($"{wrong}\n{BenchOptions.Usage}");
    return 2;
}
if (options.What == "side-by-side" && ProsodyServer.Missing() is { } missing)
{
    Console.Error.WriteLine(missing);
    return 3;
}
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
Report.Machine();
try
{
    await (
        options.What switch
        {
            "delivery" => DeliveryBench.RunAsync(options, stop.Token),
            "latency" => LatencyBench.RunAsync(options, stop.Token),
            "catch-up" => CatchUpBench.RunAsync(options, stop.Token),
            "verify" => VerifyBench.RunAsync(options, stop.Token),
            "fold" => FoldBench.RunAsync(options, stop.Token),
            "conflicts" => ConflictBench.RunAsync(options, stop.Token),
            "blind" => BlindBench.RunAsync(options, stop.Token),
            "call" => CallBench.RunAsync(options, stop.Token),
            "baresip" => BaresipBench.RunAsync(options, stop.Token),
            "blind-link" => BlindLinkBench.RunAsync(options, stop.Token),
            "side-by-side" => SideBySideBench.RunAsync(options, stop.Token),
            "hostile" => HostileBench.RunAsync(options, stop.Token),
            "append" => AppendBench.RunAsync(options, stop.Token),
            "import" => ImportBench.RunAsync(options, stop.Token),
            "tally" => TallyBench.RunAsync(options, stop.Token),
            _ => StartBench.RunAsync(options, stop.Token),
        }
    );
    Report.Line("load average after", Report.LoadAverage());
    return 0;
}
catch (Exception e) when (e is BenchFailure or OperationCanceledException or IOException or HttpRequestException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
