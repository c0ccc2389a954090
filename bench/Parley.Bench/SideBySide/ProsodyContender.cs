using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Parley.Bench.SideBySide;

/// <summary>
/// Two Prosody servers, us.bench and ru.bench, federated over TLS; officers at the one write to one account at the
/// other. The recipient's client logs in again as soon as it can, takes what is
/// kept for it offline and queries the archive (XEP-0313) behind the last message it has, as a good client does.
/// </summary>
internal sealed class ProsodyContender : IContender
{
    private const string Archive = "urn:xmpp:mam:2",
        StanzaIds = "urn:xmpp:sid:0",
        ResultSets = "http://jabber.org/protocol/rsm",
        Recipient = "ru";
    private const int Page = 250;

    /// <summary>Nothing seen and nothing returned for so long: nothing more will come.</summary>
    private static readonly TimeSpan QuietFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20),
        Again = TimeSpan.FromMilliseconds(500);
    private readonly Sightings sightings;
    private readonly Course course;
    private readonly ProsodySetting setting;
    private readonly string folder;
    private readonly bool keep;
    private readonly NameServer names;
    private readonly RunAuthority authority;
    private readonly ProsodyServer us,
        ru;
    private readonly XmppClient?[] senders = new XmppClient?[Course.Senders];
    private readonly ConcurrentQueue<int>[] returned =
    [
        .. Enumerable.Range(0, Course.Senders).Select(_ => new ConcurrentQueue<int>()),
    ];
    private readonly CancellationTokenSource stop = new();

    /// <summary>Messages that came to the recipient as themselves, by the id that its server gave them: one kept
    /// offline comes from the archive as well.</summary>
    private readonly Dictionary<string, int> direct = new(StringComparer.Ordinal);

    /// <summary>What the archive shows, while all of it is read.</summary>
    private List<(string Id, int Number)>? archived;
    private string? lastId,
        pageEnd;
    private volatile XmppClient? reader;
    private Task reading = Task.CompletedTask;

    private ProsodyContender(BenchOptions options, Course course, ProsodySetting setting, Sightings sightings)
    {
        (this.course, this.setting, this.sightings) = (course, setting, sightings);
        (folder, keep) = (BenchPair.NewFolder(options), options.Keep);
        var ports = BenchPair.FreePorts(4);
        authority = new RunAuthority(folder);
        us = new ProsodyServer(Path.Combine(folder, "us"), "us.bench", ports[0], ports[1]);
        ru = new ProsodyServer(Path.Combine(folder, "ru"), "ru.bench", ports[2], ports[3]);
        names = new NameServer(
            new Dictionary<string, int>(StringComparer.Ordinal) { [us.Domain] = ports[1], [ru.Domain] = ports[3] }
        );
        us.Configure(setting, authority, names.Port, Enumerable.Range(0, Course.Senders).Select(Officer));
        ru.Configure(setting, authority, names.Port, [Recipient]);
    }

    public bool Seals => false;

    internal static async Task<IContender> StartAsync(
        BenchOptions options,
        Course course,
        ProsodySetting setting,
        Sightings sightings,
        CancellationToken ct
    )
    {
        var started = new ProsodyContender(options, course, setting, sightings);
        try
        {
            await Task.WhenAll(started.us.StartAsync(ct), started.ru.StartAsync(ct));
            for (var i = 0; i < Course.Senders; i++)
            {
                var sender = i;
                started.senders[i] = await XmppClient.LogInAsync(
                    started.us.ClientPort,
                    started.us.Domain,
                    Officer(i),
                    ProsodyServer.Password,
                    stanza => started.Returned(sender, stanza),
                    ct
                );
            }
            started.reading = started.StayLoggedInAsync();
            await started.LoggedInAsync(ct);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async Task SendAsync(int sender, int[] numbers, CancellationToken ct)
    {
        await HandOverAsync(sender, numbers, ct);
        foreach (var number in numbers)
            sightings.Accepted(number);
        if (setting.Persistent)
            await SendAgainAsync(sender, ct);
    }

    public async Task KillAsync()
    {
        await ru.KillAsync();
        sightings.News();
    }

    public async Task ReturnAsync(CancellationToken ct)
    {
        await ru.StartAsync(ct);
        sightings.News();
    }

    public async Task SettleAsync(CancellationToken ct)
    {
        while (true)
        {
            if (setting.Persistent && returned.Any(r => !r.IsEmpty))
            {
                await Task.Delay(Again, ct);
                for (var i = 0; i < Course.Senders; i++)
                    await SendAgainAsync(i, ct);
                continue; // whether it is there all the same, its author cannot know
            }
            var open = Enumerable
                .Range(0, course.Total)
                .Any(n =>
                    sightings.WasAccepted(n)
                    && !sightings.WasSeen(n)
                    && (setting.Persistent || !sightings.WasReturned(n))
                );
            if (!open || sightings.Quiet > QuietFor)
                return;
            await Task.Delay(Look, ct);
        }
    }

    public async Task<IReadOnlyList<int>> ShownAsync(CancellationToken ct)
    {
        var client = await LoggedInAsync(ct);
        archived = [];
        await QueryAsync(client, null, ct);
        // What was seen and does not stand in the archive was delivered all the same.
        var ids = archived.Select(m => m.Id).ToHashSet(StringComparer.Ordinal);
        List<int> shown =
        [
            .. archived.Select(m => m.Number),
            .. direct.Where(m => !ids.Contains(m.Key)).Select(m => m.Value),
        ];
        archived = null;
        return shown;
    }

    private async Task HandOverAsync(int sender, int[] numbers, CancellationToken ct)
    {
        var stanzas = new StringBuilder();
        foreach (var number in numbers)
            stanzas.Append(
                CultureInfo.InvariantCulture,
                $"<message type='chat' id='{number}' to='{Recipient}@{ru.Domain}'><body>{LoadBody.Text(course.BodyBytes, number)}</body></message>"
            );
        foreach (var number in numbers)
            sightings.Sent(number);
        await senders[sender]!.SendAcknowledgedAsync(stanzas.ToString(), numbers.Length, ct);
    }

    /// <summary>What came back as an error is sent once more under the same id, again and again.</summary>
    private async Task SendAgainAsync(int sender, CancellationToken ct)
    {
        if (returned[sender].IsEmpty)
            return;
        var again = new List<int>();
        while (again.Count < Course.Group && returned[sender].TryDequeue(out var number))
            again.Add(number);
        await HandOverAsync(sender, [.. again.Order()], ct);
    }

    private void Returned(int sender, XElement stanza)
    {
        if (
            stanza.Name.LocalName != "message"
            || (string?)stanza.Attribute("type") != "error"
            || !int.TryParse(
                (string?)stanza.Attribute("id"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var number
            )
        )
            return;
        sightings.Returned(number);
        returned[sender].Enqueue(number);
    }

    private async Task<XmppClient> LoggedInAsync(CancellationToken ct)
    {
        while (true)
        {
            if (reader is { } client)
                return client;
            if (reading.IsFaulted)
                await reading;
            await Task.Delay(Look, ct);
        }
    }

    private async Task StayLoggedInAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using var client = await XmppClient.LogInAsync(
                    ru.ClientPort,
                    ru.Domain,
                    Recipient,
                    ProsodyServer.Password,
                    Received,
                    stop.Token
                );
                await client.SendPresenceAsync(); // what was kept offline comes now
                if (lastId is not null)
                    await QueryAsync(client, lastId, stop.Token);
                reader = client;
                await client.Ended.WaitAsync(stop.Token);
            }
            catch (Exception e) when (e is IOException or XmlException or OperationCanceledException)
            {
                // its server is away
            }
            reader = null;
            if (!stop.IsCancellationRequested)
                await Task.Delay(Look);
        }
    }

    /// <summary>Goes through the archive page by page, behind a message or from its start.</summary>
    private async Task QueryAsync(XmppClient client, string? after, CancellationToken ct)
    {
        while (true)
        {
            pageEnd = null;
            var behind = after is null ? "" : $"<after>{after}</after>";
            var answer = await client.AskAsync(
                "set",
                $"<query xmlns='{Archive}'><set xmlns='{ResultSets}'><max>{Page}</max>{behind}</set></query>",
                ct
            );
            if ((string?)answer.Attribute("type") != "result")
                pageEnd = after is null ? throw new BenchFailure($"the archive is not shown: {answer}") : null; // its end was lost: from the start
            else if (
                pageEnd is null
                || (string?)answer.Element(XName.Get("fin", Archive))?.Attribute("complete") == "true"
            )
                return;
            after = pageEnd;
        }
    }

    private void Received(XElement stanza)
    {
        if (stanza.Name.LocalName != "message")
            return;
        if (stanza.Element(XName.Get("result", Archive)) is { } result)
        {
            pageEnd = (string)result.Attribute("id")!;
            if (
                result.Descendants(XmppClient.Stanza + "message").FirstOrDefault() is not { } kept
                || NumberOf(kept) is not { } found
            )
                return;
            archived?.Add((pageEnd, found));
            sightings.Seen(found);
        }
        else if (NumberOf(stanza) is { } number)
        {
            lastId =
                (string?)stanza.Element(XName.Get("stanza-id", StanzaIds))?.Attribute("id")
                ?? throw new BenchFailure("a message came that is not in the archive");
            direct[lastId] = number;
            sightings.Seen(number);
        }
    }

    private static int? NumberOf(XElement message) =>
        (string?)message.Element(XmppClient.Stanza + "body") is { } text ? LoadBody.NumberIn(text) : null;

    private static string Officer(int sender) => string.Create(CultureInfo.InvariantCulture, $"officer{sender}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await us.DisposeAsync();
        await ru.DisposeAsync();
        await reading;
        foreach (var sender in senders)
        {
            if (sender is not null)
                await sender.DisposeAsync();
        }
        await names.DisposeAsync();
        authority.Dispose();
        BenchPair.Remove(folder, keep);
        stop.Dispose();
    }
}
