using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Parley.Crypto;

/// <summary>What the kernel says of a file. <c>statx</c> is used because its layout is the same on every
/// architecture.</summary>
internal readonly record struct FileFacts(ulong Inode, ulong Device, uint Owner, int Mode, ulong Size)
{
    private const int TypeMask = 0xF000,
        RegularType = 0x8000,
        LinkType = 0xA000;

    /// <summary>The bits that let group or others read, write or execute.</summary>
    private const int SharedBits = 0x3F; // 0077

    internal bool IsRegular => (Mode & TypeMask) == RegularType;
    internal bool IsSymbolicLink => (Mode & TypeMask) == LinkType;
    internal bool IsShared => (Mode & SharedBits) != 0;

    internal bool IsSameFileAs(FileFacts other) => Inode == other.Inode && Device == other.Device;
}

/// <summary>The few file calls that the platform does not offer and that private keys need.</summary>
internal static unsafe partial class PosixFile
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint BasicStats = 0x7FF; // STATX_BASIC_STATS
    private const uint NoReplace = 1; // RENAME_NOREPLACE
    private const int CloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC
    private const int NoSuchFile = 2,
        NotADirectory = 20,
        Exists = 17,
        Invalid = 22,
        NotSupported = 95;

    /// <summary>The facts of the path itself, or of what a last symbolic link leads to; null when there is
    /// nothing.</summary>
    internal static FileFacts? At(string path, bool follow = false)
    {
        if (statx(CurrentDirectory, path, follow ? 0 : NoFollow, BasicStats, out var found) == 0)
            return Facts(found);
        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchFile or NotADirectory ? null : throw Failure(error, path);
    }

    /// <summary>The facts of a file that is open.</summary>
    internal static FileFacts Of(SafeFileHandle open, string path) =>
        statx((int)open.DangerousGetHandle(), "", EmptyPath, BasicStats, out var found) == 0
            ? Facts(found)
            : throw Failure(Marshal.GetLastPInvokeError(), path);

    /// <summary>The user as whom this process reads and writes files.</summary>
    internal static uint User() => geteuid();

    /// <summary>Gives a file its final name unless that name is taken: then an IOException, and the other file is
    /// untouched.</summary>
    internal static void MoveToNewName(string from, string to, string whyNot = "a private key is never overwritten")
    {
        if (renameat2(CurrentDirectory, from, CurrentDirectory, to, NoReplace) == 0)
            return;
        var error = Marshal.GetLastPInvokeError();
        if (error is not (Exists or Invalid or NotSupported))
            throw Failure(error, to);
        if (error == Exists || At(to) is not null)
            throw new IOException($"{to} is already there; {whyNot}");
        // A file system without that call: looked at first, then renamed, which follows no link either.
        Directory.Move(from, to);
    }

    /// <summary>Makes the names in a directory durable, as fsync of a file makes its content.</summary>
    internal static void SyncDirectory(string path)
    {
        using var directory = new SafeFileHandle(open(path, CloseOnExec), ownsHandle: true);
        if (
            !directory.IsInvalid
            && (fsync((int)directory.DangerousGetHandle()) == 0 || Marshal.GetLastPInvokeError() == Invalid)
        )
            return; // invalid: a file system that has no such thing
        throw Failure(Marshal.GetLastPInvokeError(), path);
    }

    private static FileFacts Facts(in Statx found) =>
        new(found.Inode, ((ulong)found.DeviceMajor << 32) | found.DeviceMinor, found.User, found.Mode, found.Size);

    private static IOException Failure(int error, string path) => new($"{path}: {new Win32Exception(error).Message}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, out Statx found);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    /// <summary>struct statx of linux/stat.h: 256 bytes, the fields that are read at their fixed offsets.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(20)]
        internal uint User;

        [FieldOffset(28)]
        internal ushort Mode;

        [FieldOffset(32)]
        internal ulong Inode;

        [FieldOffset(40)]
        internal ulong Size;

        [FieldOffset(136)]
        internal uint DeviceMajor;

        [FieldOffset(140)]
        internal uint DeviceMinor;
    }
}
