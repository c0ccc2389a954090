using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Parley.Bench.SideBySide;

/// <summary>
/// One session of an XMPP client (RFC 6120) with stream management (XEP-0198): both sides count stanzas and acknowledge
/// them. Only what a sender and a recipient of messages need,
/// in the clear over loopback, as officers' programs talk to a station on their own machine.
/// </summary>
internal sealed class XmppClient : IAsyncDisposable
{
    private const string Streams = "http://etherx.jabber.org/streams",
        Client = "jabber:client",
        Management = "urn:xmpp:sm:3";
    private const string Sasl = "urn:ietf:params:xml:ns:xmpp-sasl",
        Bind = "urn:ietf:params:xml:ns:xmpp-bind";
    internal static readonly XNamespace Stanza = Client;

    private readonly NetworkStream stream;
    private readonly string host;
    private readonly Action<XElement> received;
    private readonly SemaphoreSlim writing = new(1);
    private readonly Lock acknowledging = new();
    private XmlReader reader = null!;
    private long handed,
        taken,
        acknowledged;
    private TaskCompletionSource? waiting;
    private TaskCompletionSource<XElement>? answer;

    private XmppClient(Socket socket, string host, Action<XElement> received)
    {
        this.host = host;
        this.received = received;
        stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Completes when the connection ends, whichever way.</summary>
    internal Task Ended { get; private set; } = Task.CompletedTask;

    /// <param name="received">Called for each message and presence, on the thread that reads.</param>
    internal static async Task<XmppClient> LogInAsync(
        int port,
        string host,
        string user,
        string password,
        Action<XElement> received,
        CancellationToken ct
    )
    {
        var connected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        XmppClient? client = null;
        try
        {
            try
            {
                await connected.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), ct);
            }
            catch (SocketException e)
            {
                throw new IOException($"no server at port {port}", e);
            }
            client = new XmppClient(connected, host, received);
            // A server that is killed meanwhile ends the connection, and with it all that is awaited here.
            await client.NegotiateAsync(user, password).WaitAsync(ct);
            client.Ended = client.ReadAsync();
            return client;
        }
        catch
        {
            if (client is null)
                connected.Dispose();
            else
                await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hands messages over in one go and asks how far the server has come; returns when it says that it has
    /// handled them all.</summary>
    internal async Task SendAcknowledgedAsync(string stanzas, int count, CancellationToken ct)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long until;
        lock (acknowledging)
        {
            until = handed += count;
            waiting = done;
        }
        await WriteAsync($"{stanzas}<r xmlns='{Management}'/>");
        while (await Task.WhenAny(done.Task, Ended).WaitAsync(ct) is var first)
        {
            if (first == Ended)
                throw new BenchFailure("the sender's own server ended the connection");
            lock (acknowledging)
            {
                if (acknowledged >= until)
                    return;
                waiting = done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    internal Task SendPresenceAsync() => SendCountedAsync("<presence/>");

    /// <summary>Sends a request to the own account and gives its answer, an error too; one at a time.</summary>
    internal async Task<XElement> AskAsync(string type, string payload, CancellationToken ct)
    {
        var wanted = answer = new TaskCompletionSource<XElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendCountedAsync($"<iq type='{type}' id='ask'>{payload}</iq>");
        if (await Task.WhenAny(wanted.Task, Ended).WaitAsync(ct) == Ended)
            throw new IOException("the connection ended");
        return await wanted.Task;
    }

    private Task SendCountedAsync(string stanza)
    {
        lock (acknowledging)
            handed++;
        return WriteAsync(stanza);
    }

    private async Task NegotiateAsync(string user, string password)
    {
        await OpenStreamAsync();
        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}")); // RFC 4616
        await WriteAsync($"<auth xmlns='{Sasl}' mechanism='PLAIN'>{plain}</auth>");
        Expect(await NextAsync(), "success");
        await OpenStreamAsync();
        await WriteAsync($"<iq type='set' id='bind'><bind xmlns='{Bind}'><resource>bench</resource></bind></iq>");
        if ((string?)Expect(await NextAsync(), "iq").Attribute("type") != "result")
            throw new BenchFailure("the server binds no resource");
        await WriteAsync($"<enable xmlns='{Management}' resume='true'/>");
        Expect(await NextAsync(), "enabled");
    }

    private async Task OpenStreamAsync()
    {
        await WriteAsync(
            $"<?xml version='1.0'?><stream:stream to='{host}' xmlns='{Client}' xmlns:stream='{Streams}' version='1.0'>"
        );
        reader = XmlReader.Create(
            stream,
            new XmlReaderSettings
            {
                Async = true,
                DtdProcessing = DtdProcessing.Prohibit,
                IgnoreProcessingInstructions = true,
                IgnoreComments = true,
            }
        );
        while (reader.NodeType != XmlNodeType.Element)
        {
            if (!await reader.ReadAsync())
                throw new IOException("the server sent no stream");
        }
        Expect(await NextAsync(), "features");
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await NextAsync() is { } next)
                await TakeAsync(next);
        }
        catch (Exception e) when (e is IOException or XmlException or ObjectDisposedException)
        {
            // the server was killed, or this session was closed
        }
    }

    private async Task TakeAsync(XElement next)
    {
        switch (next.Name.LocalName)
        {
            case "a":
                lock (acknowledging)
                {
                    acknowledged = long.Parse((string)next.Attribute("h")!, CultureInfo.InvariantCulture);
                    waiting?.TrySetResult();
                }
                break;
            case "r":
                await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"<a xmlns='{Management}' h='{taken}'/>"));
                break;
            case "iq" when (string?)next.Attribute("id") == "ask":
                taken++;
                answer?.TrySetResult(next);
                break;
            case "message" or "presence" or "iq":
                taken++;
                received(next);
                break;
        }
    }

    /// <summary>The next child of the stream; null at its end. Returns as soon as its last byte is there, which
    /// <see cref="XNode.ReadFromAsync"/> does not.</summary>
    private async Task<XElement?> NextAsync()
    {
        while (await reader.ReadAsync())
        {
            if (reader.NodeType == XmlNodeType.Element)
                return await ElementAsync();
            if (reader is { NodeType: XmlNodeType.EndElement, Depth: 0 })
                return null;
        }
        return null;
    }

    private async Task<XElement> ElementAsync()
    {
        var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
        if (reader.MoveToFirstAttribute())
        {
            do
            {
                if (reader.Name != "xmlns" && reader.Prefix != "xmlns")
                    element.SetAttributeValue(XName.Get(reader.LocalName, reader.NamespaceURI), reader.Value);
            } while (reader.MoveToNextAttribute());
            reader.MoveToElement();
        }
        if (reader.IsEmptyElement)
            return element;
        while (await reader.ReadAsync())
        {
            if (reader.NodeType == XmlNodeType.EndElement)
                return element;
            if (reader.NodeType == XmlNodeType.Element)
                element.Add(await ElementAsync());
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                element.Add(new XText(reader.Value));
        }
        throw new IOException("the stream ended within a stanza");
    }

    private static XElement Expect(XElement? got, string name) =>
        got?.Name.LocalName == name
            ? got
            : throw new IOException($"the server sent {got?.ToString() ?? "the end"} where '{name}' was due");

    private async Task WriteAsync(string xml)
    {
        var bytes = Encoding.UTF8.GetBytes(xml);
        await writing.WaitAsync();
        try
        {
            await stream.WriteAsync(bytes);
        }
        finally
        {
            writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        await Ended;
        writing.Dispose();
    }
}
