using Parley.Record;
using Parley.Station.Api;
namespace Parley.Station;
internal sealed partial class StationRuntime
{
    public Outcome<LineExport> BeginExport(LineId line, bool withBodies) => Refusal.NotYet("x");
}
