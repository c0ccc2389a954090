using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Parley.Cli.Tests")]
