using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Cli;

/// <summary>
/// What <c>--once</c> names. A command may ask the station for several things, always in the same order: each has a key
/// of its own, made of the name and its number.
/// </summary>
internal sealed class OnceName
{
    private const int MaxLength = 200;

    private readonly string name;
    private int asked;

    internal OnceName(string name)
    {
        if (name.Length is 0 or > MaxLength)
            throw new Failure($"--once takes a name of 1 to {MaxLength} characters", Program.Usage);
        this.name = name;
    }

    /// <summary>The key of the next thing that is asked.</summary>
    internal string NextKey()
    {
        var number = Interlocked.Increment(ref asked).ToString(CultureInfo.InvariantCulture);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{number}\n{name}")));
    }
}
