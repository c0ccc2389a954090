using Parley.Fuzz;

// Without arguments of its own it is what ./test runs.
return args is ["inputs", ..]
    ? InputRunner.Begin(args[1..])
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
