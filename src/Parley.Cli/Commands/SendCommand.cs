using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;

namespace Parley.Cli.Commands;

internal static class SendCommand
{
    /// <summary>How long <c>--wait sealed</c> waits when it does not say, in seconds.</summary>
    private const int DefaultWait = 60;

    /// <summary>Longest text read from standard input, in bytes; what does not fit a body is refused by the
    /// station.</summary>
    private const int MaxInput = 64 * 1024;

    internal static Command Create(CommandContext context)
    {
        var text = new Argument<string?>("TEXT")
        {
            Description = "The message; - reads it from standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var line = CommandContext.Line();
        var precedence = new Option<string>("--precedence")
        {
            Description = "How urgent it is",
            DefaultValueFactory = static _ => "routine",
        };
        precedence.AcceptOnlyFromAmong(ActOptions.Precedences);
        var mark = ActOptions.MarkOption("actual");
        var offRecord = new Option<bool>("--off-record")
        {
            Description = "Authenticated, but never logged at either side",
        };
        var to = new Option<string[]>("--to")
        {
            Description = "Only this party gets the content; all others get proof that something was said",
            HelpName = "PARTY",
        };
        var re = new Option<string[]>("--re")
        {
            Description = "The entry it answers, such as ru/17",
            HelpName = "ENTRY",
        };
        var lang = new Option<string?>("--lang") { Description = "The text's language, such as en", HelpName = "TAG" };
        var field = new Option<string[]>("--field")
        {
            Description = "A value that needs no translation: a number with its unit, a UTC time, or LON,LAT",
            HelpName = "NAME=VALUE",
        };
        var attach = new Option<string[]>("--attach")
        {
            Description = "A file to go with it, up to 256 MiB",
            HelpName = "FILE",
        };
        var wait = WaitOption();
        var json = CommandContext.Json();
        var officer = new OfficerOptions();
        var releasedBy = ActOptions.ReleasedByOption();
        var command = new Command("send", "Send a message on a line")
        {
            text,
            line,
            precedence,
            mark,
            offRecord,
            to,
            re,
            lang,
            field,
            attach,
            wait,
            json,
            releasedBy,
        };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, ct) =>
            {
                var words = await TextAsync(parsed.GetValue(text), ct);
                var files = parsed.GetValue(attach) ?? [];
                if (words is null && files.Length == 0 && parsed.GetValue(field) is not { Length: > 0 })
                    throw new Failure(
                        "there is nothing to send: give a text, or - to read it from standard input",
                        Program.Usage
                    );
                var limit = Wait(parsed.GetValue(wait));
                var fields = (parsed.GetValue(field) ?? []).Select(CodedFields.Read).ToList();
                using var station = context.Client(parsed);
                var id = await station.LineAsync(parsed.GetValue(line), ct);
                var by = officer.Of(parsed);
                if (parsed.GetValue(releasedBy) is { } second)
                    by = by with { ReleasedBy = ActOptions.Second(second, by.Seat) };
                var draft = new EntryRequest(
                    by,
                    null,
                    words,
                    null,
                    Word<Precedence>(parsed.GetValue(precedence)!),
                    MarkOf(parsed.GetValue(mark)),
                    Each(parsed.GetValue(re), "--re", "an entry such as ru/17", EntryIdOf),
                    Each(parsed.GetValue(to), "--to", "a party id", PartyIdOf),
                    parsed.GetValue(lang)
                );
                if (parsed.GetValue(offRecord))
                {
                    if (
                        limit is not null
                        || by.ReleasedBy is not null
                        || fields.Count > 0
                        || files.Length > 0
                        || draft.Re is not null
                        || draft.Mark is Mark.Exercise or Mark.Test
                        || draft.Lang is not null
                    )
                        throw new Failure(
                            "what is off the record is not sealed, attached, coded, marked or answered: --off-record goes with --to and --precedence only",
                            Program.Usage
                        );
                    return await SayOffRecordAsync(
                        context.Screen,
                        station,
                        id,
                        new OffRecordRequest(words!, draft.By, draft.Precedence ?? Precedence.Routine, draft.To),
                        parsed.GetValue(json),
                        ct
                    );
                }
                if (fields.Count > 0)
                    draft = CodedFields.In(draft, fields);
                if (files.Length > 0)
                    draft = await WithAttachmentsAsync(context.Screen, station, id, draft, files, ct);
                return await ActPoster.PostAsync(context.Screen, station, id, draft, limit, parsed.GetValue(json), ct);
            }
        );
        return command;
    }

    internal static Option<string?> WaitOption() =>
        new("--wait")
        {
            Description =
                $"Return only when every party holds it, or after SECONDS (default: {DefaultWait}) with exit code 3: it is on the record then",
            HelpName = "sealed[=SECONDS]",
        };

    internal static int? Wait(string? given)
    {
        if (given is null)
            return null;
        if (given == "sealed")
            return DefaultWait;
        const string prefix = "sealed=";
        return
            given.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(given.AsSpan(prefix.Length), System.Globalization.NumberStyles.None, null, out var seconds)
            && seconds <= SendEndpoints.MaxWait
            ? seconds
            : throw new Failure("--wait takes sealed or sealed=SECONDS", Program.Usage);
    }

    /// <summary>Appends, says how it stands, and gives the exit code: 3 where sealing was waited for and did not
    /// come.</summary>
    internal static async Task<int> SendAsync<T>(
        Screen screen,
        StationClient station,
        string path,
        T request,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type,
        int? wait,
        bool json,
        CancellationToken ct
    )
    {
        var answer = await station.PostAsync(
            wait is { } seconds ? $"{path}?wait=sealed&timeout={seconds}" : path,
            request,
            type,
            ct
        );
        var appended = StationClient.Read(answer, ApiJson.Default.Appended);
        if (json)
            screen.Json(answer);
        else
            screen.Line(
                $"{screen.Bold(appended.Id.ToString())}  {Times.Group(appended.At)}  {Standing(screen, appended)}"
            );
        if (wait is null || appended.Sealed)
            return Program.Done;
        screen.Error(
            appended.WaitCutShort
                ? $"{appended.Id} is on the record but not sealed: the station was stopped before the {wait} s were over; it goes on trying when it runs again"
                : $"{appended.Id} is on the record but not sealed after {wait} s; the station goes on trying (parley status)",
            "not-sealed",
            Program.NotSealed
        );
        return Program.NotSealed;
    }

    internal static string Standing(Screen screen, Appended appended) =>
        appended switch
        {
            { Sealed: true } => screen.Good($"sealed: held by {string.Join(", ", appended.CosignedBy)}"),
            { CosignedBy.Count: > 0 } => screen.Warn($"held by {string.Join(", ", appended.CosignedBy)}, not by all"),
            _ => "recorded here, on its way",
        };

    internal static async Task<int> SayOffRecordAsync(
        Screen screen,
        StationClient station,
        LineId line,
        OffRecordRequest request,
        bool json,
        CancellationToken ct
    )
    {
        var answer = await station.PostAsync(
            $"lines/{line}/off-record",
            request,
            ApiJson.Readable.OffRecordRequest,
            ct
        );
        var delivered = StationClient.Read(answer, ApiJson.Default.OffRecordAnswer).Delivered;
        if (json)
            screen.Json(answer);
        else
            foreach (var (party, got) in delivered)
                screen.Line(
                    $"{party}  {(got ? screen.Good("has it, off the record") : screen.Warn("does not have it yet; it is tried until the station stops"))}"
                );
        if (delivered.Values.All(got => got))
            return Program.Done;
        screen.Error(
            "not everybody has it yet: the station goes on trying, and forgets it when it is stopped. Said again, it would come twice",
            "not-delivered",
            Program.NotSealed
        );
        return Program.NotSealed;
    }

    private static async Task<EntryRequest> WithAttachmentsAsync(
        Screen screen,
        StationClient station,
        LineId line,
        EntryRequest message,
        string[] files,
        CancellationToken ct
    )
    {
        var draft = message;
        var list = new JsonArray();
        var answered = new List<EntryId>(draft.Re ?? []);
        foreach (var file in files)
        {
            Attached attached;
            try
            {
                attached = await AttachAsync(screen, station, line, draft, file, ct);
            }
            catch (StationRefusal refusal) when (refusal.Code == ActPoster.TwoOfficers)
            {
                // FLASH takes two officers here: it is the message that alarms and is released; its file goes before
                // it, one step less urgent.
                draft = draft with
                {
                    Precedence = Precedence.Immediate,
                };
                attached = await AttachAsync(screen, station, line, draft, file, ct);
            }
            answered.Add(attached.Id);
            list.Add(
                new JsonObject
                {
                    ["entry"] = attached.Id.ToString(),
                    ["name"] = Path.GetFileName(file),
                    ["size"] = attached.Size,
                    ["sha256"] = attached.Sha256,
                }
            );
        }
        var body = draft.Body is { } given ? JsonNode.Parse(given.GetRawText())!.AsObject() : [];
        if (draft.Text is not null)
            body["text"] = draft.Text;
        body["attachments"] = list;
        using var document = JsonDocument.Parse(
            body.ToJsonString(new JsonSerializerOptions { Encoder = ApiJson.Readable.Options.Encoder })
        );
        return message with
        {
            Kind = Kinds.MessageSent,
            Text = null,
            Body = document.RootElement.Clone(),
            Re = answered,
        };
    }

    private static async Task<Attached> AttachAsync(
        Screen screen,
        StationClient station,
        LineId line,
        EntryRequest draft,
        string file,
        CancellationToken ct
    )
    {
        if (File.Exists(file) && !PlainFile.IsAt(file, followLink: true))
            throw new Failure($"{file} is a pipe or a device, whose size nobody knows: save it as a file first");
        await using var content = new FileStream(
            file,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            128 * 1024,
            useAsync: true
        );
        if (content.Length > Body.MaxAttachment)
            throw new Failure($"{file} is larger than {Body.MaxAttachment} bytes; nothing was sent of it");
        var query = new StringBuilder(
            $"lines/{line}/attachments?name={Uri.EscapeDataString(Path.GetFileName(file))}&seat={Uri.EscapeDataString(draft.By!.Seat)}&by={Uri.EscapeDataString(draft.By.Name)}"
        ).Append(
            $"&precedence={(draft.Precedence ?? Precedence.Routine).ToString().ToLowerInvariant()}&mark={(draft.Mark ?? Mark.Actual).ToString().ToLowerInvariant()}"
        );
        foreach (var party in draft.To ?? [])
            query.Append($"&to={party}");
        return await ProgressBar.RunAsync(
            screen,
            Path.GetFileName(file),
            async report =>
            {
                var body = new StreamContent(
                    new CountedStream(content, read => report(read, content.Length)),
                    128 * 1024
                )
                {
                    Headers =
                    {
                        ContentType = new MediaTypeHeaderValue("application/octet-stream"),
                        ContentLength = content.Length,
                    },
                };
                return StationClient.Read(
                    await station.PostAsync(query.ToString(), body, ct),
                    ApiJson.Default.Attached
                );
            }
        );
    }

    internal static async Task<string?> TextAsync(string? given, CancellationToken ct)
    {
        if (given != "-")
            return given;
        await using var input = Console.OpenStandardInput();
        var bytes = new byte[MaxInput + 1];
        var length = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        if (length > MaxInput)
            throw new Failure($"the text is longer than {MaxInput} bytes: send it with --attach");
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length).TrimEnd('\n', '\r');
        }
        catch (DecoderFallbackException)
        {
            throw new Failure("standard input is not UTF-8 text: send it with --attach");
        }
    }

    /// <summary>Null where the officer leaves it to the station: as what it answers.</summary>
    internal static Mark? MarkOf(string? text) => text is null ? null : Word<Mark>(text);

    internal static T Word<T>(string text)
        where T : struct, Enum => Enum.Parse<T>(text, ignoreCase: true);

    private static EntryId? EntryIdOf(string text) => EntryId.TryParse(text, out var entry) ? entry : null;

    private static PartyId? PartyIdOf(string text) => PartyId.TryParse(text, out var party) ? party : null;

    private static List<T>? Each<T>(string[]? texts, string option, string wanted, Func<string, T?> parse)
        where T : struct =>
        texts is null or []
            ? null
            :
            [
                .. texts.Select(t =>
                    parse(t) ?? throw new Failure($"{option} takes {wanted}, not '{t}'", Program.Usage)
                ),
            ];
}

/// <summary>A stream that tells how far it was read.</summary>
internal sealed class CountedStream(Stream inner, Action<long> read) : Stream
{
    private long total;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => total;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    ) => Count(await inner.ReadAsync(buffer, cancellationToken));

    private int Count(int bytes)
    {
        total += bytes;
        read(total);
        return bytes;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
