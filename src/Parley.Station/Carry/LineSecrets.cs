using System.Collections.Concurrent;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Data;

namespace Parley.Station.Carry;

/// <summary>The pre-shared keys of the lines that have one. Owns them: disposing zeroes them. Each lies in a key file,
/// protected as the station's other keys are.</summary>
internal sealed class LineSecrets : IDisposable
{
    private readonly DataDirectory directory;
    private readonly string? passphrase;
    private readonly ConcurrentDictionary<LineId, LineSecret> secrets = new();
    private readonly Lock writing = new();

    internal LineSecrets(DataDirectory directory, string? passphrase) =>
        (this.directory, this.passphrase) = (directory, passphrase);

    /// <summary>Reads the secret of a line where there is one. A file that cannot be read is a fault of the station,
    /// not the absence of a secret.</summary>
    internal void Load(LineId line)
    {
        var path = directory.LineSecret(line);
        if (!File.Exists(path))
            return;
        if (!KeyFile.ReadLineSecret(path, passphrase).TryGet(out var secret, out var why))
            throw new InvalidDataException(why.Reason);
        secrets[line] = secret;
    }

    internal LineSecret? Of(LineId line) => secrets.GetValueOrDefault(line);

    /// <summary>Keeps the secret that a key file's text holds.</summary>
    internal Outcome<Hash> Keep(LineId line, ReadOnlySpan<byte> text, bool replace)
    {
        if (!KeyFile.ParseLineSecret(text).TryGet(out var secret, out var why))
            return Refusal.Invalid(why.Reason);
        lock (writing)
        {
            if (secrets.TryGetValue(line, out var held))
            {
                var same = held.Fingerprint == secret.Fingerprint;
                if (same || !replace)
                {
                    secret.Dispose();
                    return same
                        ? held.Fingerprint
                        : Refusal.AlreadyThere(
                            $"line {line} has another secret; what was sealed with that opens no more once it is replaced"
                        );
                }
            }
            try
            {
                var path = directory.LineSecret(line);
                var made = $"{path}.new";
                File.Delete(made); // of a station that was killed while it wrote one
                KeyFile.Write(made, secret, passphrase);
                File.Move(made, path, overwrite: true);
                DurableFolder.Sync(Path.GetDirectoryName(path)!);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                secret.Dispose();
                return Refusal.Faulted($"the secret could not be kept: {e.Message}");
            }
            secrets[line] = secret; // who still works with the old one holds it by reference; it is zeroed when it is collected
            return secret.Fingerprint;
        }
    }

    public void Dispose()
    {
        foreach (var secret in secrets.Values)
            secret.Dispose();
    }
}
