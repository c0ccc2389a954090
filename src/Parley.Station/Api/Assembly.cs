using System.Runtime.CompilerServices;

// The command reads and writes the API's own shapes, so that the two cannot drift apart.
[assembly: InternalsVisibleTo("parley")]
[assembly: InternalsVisibleTo("Parley.Station.Tests")]
[assembly: InternalsVisibleTo("Parley.Cli.Tests")]
[assembly: InternalsVisibleTo("Parley.Simulation")]
[assembly: InternalsVisibleTo("Parley.Fuzz")]
