using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Parley.Cli.Tests")]
[assembly: InternalsVisibleTo("Parley.EndToEnd")]
[assembly: InternalsVisibleTo("Parley.Fuzz")]
