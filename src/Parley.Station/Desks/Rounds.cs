using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>What is looked after every half minute: whether an officer is still there, alarms that end when something
/// was not heard for a while, refusals and times that are to be kept.</summary>
internal sealed class Rounds : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly LineTable lines;
    private readonly TwinWatch twins;
    private readonly AlarmBoard alarms;
    private readonly Attendance attendance;
    private readonly Refusals refusals;
    private readonly ITimer timer;

    internal Rounds(
        TimeProvider clock,
        LineTable lines,
        TwinWatch twins,
        AlarmBoard alarms,
        Attendance attendance,
        Refusals refusals
    )
    {
        this.lines = lines;
        this.twins = twins;
        this.alarms = alarms;
        this.attendance = attendance;
        this.refusals = refusals;
        timer = clock.CreateTimer(_ => Make(), null, Every, Every);
    }

    private void Make()
    {
        foreach (var open in lines.All)
        {
            if (
                twins.IsMet(open)
                || alarms.Stands(open.Id, TwinWatch.CausePrefix)
                || alarms.Stands(open.Id, RoomWatch.QuotaPrefix)
            )
                open.Bell.Ring();
        }
        foreach (var open in lines.All)
            _ = open.Host.KeepHeardAsync(all: false);
        attendance.Update();
        refusals.Tick();
    }

    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        foreach (var open in lines.All)
            await open.Host.KeepHeardAsync(all: true);
    }
}
