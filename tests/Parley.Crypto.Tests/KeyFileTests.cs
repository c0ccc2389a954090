using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Xunit;

namespace Parley.Crypto.Tests;

[SupportedOSPlatform("linux")]
public sealed partial class KeyFileTests : IDisposable
{
    private const string Passphrase = "korrekt häst";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-keys-");
    private readonly SigningKey key = SigningKey.Generate();

    private string Name => Path.Combine(folder.FullName, "log.key");

    public void Dispose()
    {
        key.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Every_kind_of_key_comes_back_as_it_was_written()
    {
        foreach (var role in new[] { KeyRole.Identity, KeyRole.Log, KeyRole.Cosign })
        {
            var path = Path.Combine(folder.FullName, role.ToString());
            KeyFile.Write(path, role, key);
            Assert.True(KeyFile.ReadSigningKey(path, role).TryGet(out var signing, out var refusal), refusal?.Reason);
            using (signing)
                Assert.Equal(key.Sign("m"u8), signing.Sign("m"u8));
        }

        using var agreement = AgreementKey.Generate();
        KeyFile.Write(Path.Combine(folder.FullName, "hpke"), agreement);
        Assert.True(
            KeyFile.ReadAgreementKey(Path.Combine(folder.FullName, "hpke")).TryGet(out var readAgreement, out _)
        );
        using (readAgreement)
            Assert.Equal(agreement.PublicBytes, readAgreement.PublicBytes);

        using var link = LinkKey.Generate();
        KeyFile.Write(Path.Combine(folder.FullName, "link"), link);
        Assert.True(KeyFile.ReadLinkKey(Path.Combine(folder.FullName, "link")).TryGet(out var readLink, out _));
        using (readLink)
            Assert.Equal(link.SubjectPublicKeyInfo, readLink.SubjectPublicKeyInfo);
    }

    [Fact]
    public void A_key_file_is_for_its_owner_alone_whatever_the_umask_and_says_what_it_is()
    {
        KeyFile.Write(Name, KeyRole.Log, key);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Name));
        Assert.StartsWith("# Private key (log)", File.ReadAllText(Name), StringComparison.Ordinal);
        Assert.Equal([Name], Directory.GetFiles(folder.FullName)); // nothing unfinished is left beside it
    }

    [Fact]
    public void An_existing_file_is_never_overwritten()
    {
        File.WriteAllText(Name, "mine");
        Assert.Throws<IOException>(() => KeyFile.Write(Name, KeyRole.Log, key));
        Assert.Equal("mine", File.ReadAllText(Name));
        Assert.Equal([Name], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void A_dangling_link_does_not_lead_a_new_key_elsewhere()
    {
        var elsewhere = Path.Combine(folder.FullName, "elsewhere");
        File.CreateSymbolicLink(Name, elsewhere);
        Assert.Throws<IOException>(() => KeyFile.Write(Name, KeyRole.Log, key));
        Assert.False(File.Exists(elsewhere));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.GroupExecute)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_key_file_that_others_may_access_is_refused(UnixFileMode extra)
    {
        KeyFile.Write(Name, KeyRole.Log, key);
        File.SetUnixFileMode(Name, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);
        AssertRefused(KeyFileFault.Exposed);
    }

    [Fact]
    public void A_stricter_mode_is_accepted()
    {
        KeyFile.Write(Name, KeyRole.Log, key);
        File.SetUnixFileMode(Name, UnixFileMode.UserRead);
        Read().Dispose();
    }

    [Fact]
    public void A_symbolic_link_a_directory_and_a_missing_file_are_refused()
    {
        AssertRefused(KeyFileFault.Missing);
        var target = Path.Combine(folder.FullName, "target.key");
        KeyFile.Write(target, KeyRole.Log, key);
        File.CreateSymbolicLink(Name, target);
        AssertRefused(KeyFileFault.NotAFile);
        File.Delete(Name);
        Directory.CreateDirectory(Name);
        AssertRefused(KeyFileFault.NotAFile);
    }

    [Fact]
    public void A_pipe_in_place_of_a_key_file_is_refused_without_waiting_for_its_writer()
    {
        Assert.Equal(0, Native.mkfifo(Name, 0x180)); // 0600
        AssertRefused(KeyFileFault.NotAFile);
    }

    [Fact]
    public void Another_users_key_file_is_refused()
    {
        KeyFile.Write(Name, KeyRole.Log, key);
        if (Native.chown(Name, 65534, -1) != 0)
            Assert.Skip("skipped: only root can give a file away");
        AssertRefused(KeyFileFault.WrongOwner);
    }

    [Fact]
    public void A_key_file_serves_its_own_role_only()
    {
        KeyFile.Write(Name, KeyRole.Log, key);
        AssertRefused(KeyFileFault.WrongRole, KeyRole.Cosign);
        AssertRefused(KeyFileFault.WrongRole, KeyRole.Identity);
        Assert.False(KeyFile.ReadAgreementKey(Name).TryGet(out _, out var refusal));
        Assert.Equal(KeyFileFault.WrongRole, refusal.Fault);
        Assert.False(KeyFile.ReadLinkKey(Name).TryGet(out _, out refusal));
        Assert.Equal(KeyFileFault.WrongRole, refusal.Fault);
        Assert.Throws<ArgumentException>(() => KeyFile.Write(Name + "2", KeyRole.Hpke, key));
        Assert.Throws<ArgumentException>(() => KeyFile.ReadSigningKey(Name, KeyRole.Hpke));
    }

    [Fact]
    public void A_key_of_another_kind_under_the_right_role_is_refused()
    {
        KeyFile.Write(Name, KeyRole.Log, key);
        Rewrite(text => text.Replace("\ned25519 ", "\nx25519 ", StringComparison.Ordinal));
        AssertRefused(KeyFileFault.WrongRole);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Passphrase)]
    public void A_key_file_cut_short_anywhere_or_with_more_behind_it_is_refused(string passphrase)
    {
        KeyFile.Write(Name, KeyRole.Log, key, passphrase, Argon2Cost.Interactive);
        var whole = File.ReadAllBytes(Name);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.NotNull(
                KeyFileText.Decode(whole.AsSpan(0, length), KeyRole.Log, passphrase, new byte[32], out _, out _)
            );
        }
        Assert.NotNull(KeyFileText.Decode([.. whole, (byte)'\n'], KeyRole.Log, passphrase, new byte[32], out _, out _));
        File.WriteAllBytes(Name, whole[..^1]);
        AssertRefused(KeyFileFault.Malformed);
    }

    [Fact]
    public void An_oversized_key_file_is_refused()
    {
        KeyFile.Write(Name, KeyRole.Log, key);
        Rewrite(text => "# " + new string('x', KeyFile.MaxLength) + "\n" + text);
        AssertRefused(KeyFileFault.Malformed);
    }

    [Fact]
    public void Any_changed_bit_behind_the_comment_is_refused()
    {
        KeyFile.Write(Name, KeyRole.Log, key);
        var text = File.ReadAllBytes(Name);
        for (var at = Array.IndexOf(text, (byte)'\n'); at < text.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                text[at] ^= (byte)(1 << bit);
                File.WriteAllBytes(Name, text);
                Assert.False(
                    KeyFile.ReadSigningKey(Name, KeyRole.Log).TryGet(out var read, out _),
                    $"byte {at}, bit {bit}"
                );
                text[at] ^= (byte)(1 << bit);
            }
        }
    }

    [Fact]
    public void Random_text_is_refused_and_never_throws()
    {
        var random = new Random(7);
        KeyFile.Write(Name, KeyRole.Log, key);
        var text = File.ReadAllBytes(Name);
        for (var round = 0; round < 20_000; round++)
        {
            var changed = text.AsSpan(0, random.Next(text.Length)).ToArray();
            for (var i = 0; i < changed.Length; i += 1 + random.Next(40))
                changed[i] = (byte)random.Next(256);
            Assert.NotNull(KeyFileText.Decode(changed, KeyRole.Log, "", new byte[32], out _, out _));
        }
    }

    [Fact]
    public void A_protected_key_opens_with_its_passphrase_and_with_no_other()
    {
        KeyFile.Write(Name, KeyRole.Log, key, Passphrase, Argon2Cost.Interactive);
        AssertRefused(KeyFileFault.PassphraseNeeded);
        AssertRefused(KeyFileFault.PassphraseWrong, passphrase: Passphrase + " ");
        AssertRefused(KeyFileFault.PassphraseWrong, passphrase: new string('x', Argon2id.MaxPassphrase + 1));
        Read(Passphrase).Dispose();
        Assert.DoesNotContain(SeedText(), File.ReadAllText(Name), StringComparison.Ordinal);
    }

    [Fact]
    public void The_usual_cost_of_a_passphrase_is_the_moderate_one()
    {
        KeyFile.Write(Name, KeyRole.Log, key, Passphrase);
        Assert.Contains(
            "\nprotection argon2id-moderate+xchacha20-poly1305 ",
            File.ReadAllText(Name),
            StringComparison.Ordinal
        );
        Read(Passphrase).Dispose();
    }

    [Theory]
    [InlineData("# Private", "# private")]
    [InlineData("argon2id-interactive", "argon2id-moderate")]
    public void The_header_of_a_protected_key_cannot_be_changed(string from, string to)
    {
        KeyFile.Write(Name, KeyRole.Log, key, Passphrase, Argon2Cost.Interactive);
        Rewrite(text => text.Replace(from, to, StringComparison.Ordinal));
        AssertRefused(KeyFileFault.PassphraseWrong, passphrase: Passphrase);
    }

    [Fact]
    public void A_protected_key_cannot_be_passed_off_for_another_role()
    {
        KeyFile.Write(Name, KeyRole.Log, key, Passphrase, Argon2Cost.Interactive);
        Rewrite(text => text.Replace("role log", "role cosign", StringComparison.Ordinal));
        AssertRefused(KeyFileFault.PassphraseWrong, KeyRole.Cosign, Passphrase);
    }

    [Fact]
    public void Two_files_of_one_key_and_passphrase_share_neither_salt_nor_ciphertext()
    {
        KeyFile.Write(Name, KeyRole.Log, key, Passphrase, Argon2Cost.Interactive);
        KeyFile.Write(Name + "2", KeyRole.Log, key, Passphrase, Argon2Cost.Interactive);
        string[] first = File.ReadAllLines(Name),
            second = File.ReadAllLines(Name + "2");
        Assert.Equal(first[..4], second[..4]);
        Assert.NotEqual(first[4], second[4]);
        Assert.NotEqual(first[5], second[5]);
    }

    [Fact]
    public void A_secret_of_another_key_than_the_one_stated_is_refused()
    {
        using var other = SigningKey.Generate();
        KeyFile.Write(Name, KeyRole.Log, key);
        KeyFile.Write(Name + "2", KeyRole.Log, other);
        var lines = File.ReadAllLines(Name);
        lines[^1] = File.ReadAllLines(Name + "2")[^1];
        Rewrite(_ => string.Join('\n', lines) + "\n");
        AssertRefused(KeyFileFault.Malformed);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    public void A_number_that_is_no_P256_key_is_refused(byte filling)
    {
        using var link = LinkKey.Generate();
        KeyFile.Write(Name, link);
        var scalar = new byte[32];
        Array.Fill(scalar, filling);
        Rewrite(text =>
            text[..(text.IndexOf("\np256 ", StringComparison.Ordinal) + 6)] + Convert.ToBase64String(scalar) + "\n"
        );
        Assert.False(KeyFile.ReadLinkKey(Name).TryGet(out _, out var refusal));
        Assert.Equal(KeyFileFault.Malformed, refusal.Fault);
    }

    [Fact]
    public void A_refusal_names_the_file_and_never_the_secret()
    {
        KeyFile.Write(Name, KeyRole.Log, key);
        Assert.False(KeyFile.ReadSigningKey(Name, KeyRole.Cosign).TryGet(out _, out var refusal));
        Assert.Contains(Name, refusal.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(SeedText(), refusal.Reason, StringComparison.Ordinal);
    }

    private string SeedText()
    {
        var seed = new byte[SigningKey.SeedLength];
        ((IStoredKey)key).CopySecret(seed);
        return Convert.ToBase64String(seed);
    }

    private SigningKey Read(string passphrase = "")
    {
        Assert.True(
            KeyFile.ReadSigningKey(Name, KeyRole.Log, passphrase).TryGet(out var read, out var refusal),
            refusal?.Reason
        );
        Assert.Equal(key.PublicKey, read.PublicKey);
        return read;
    }

    private void AssertRefused(KeyFileFault fault, KeyRole role = KeyRole.Log, string passphrase = "")
    {
        Assert.False(KeyFile.ReadSigningKey(Name, role, passphrase).TryGet(out _, out var refusal));
        Assert.Equal(fault, refusal.Fault);
    }

    private void Rewrite(Func<string, string> change)
    {
        var text = File.ReadAllText(Name);
        var changed = change(text);
        Assert.NotEqual(text, changed);
        File.WriteAllBytes(Name, Encoding.UTF8.GetBytes(changed));
    }

    private static partial class Native
    {
        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int mkfifo(string path, uint mode);

        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int chown(string path, int user, int group);
    }
}
