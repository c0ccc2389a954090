using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Parley.Record.Tests")]
