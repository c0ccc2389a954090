using Parley.Simulation;

// Without arguments of its own it is what ./test runs.
return args is ["seeds", ..]
    ? SeedRunner.Begin(args[1..])
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
