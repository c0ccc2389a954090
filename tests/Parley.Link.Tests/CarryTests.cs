using System.Text;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>The record by another path while the wire is cut, and while it comes back in the middle of it.</summary>
public sealed class CarryTests
{
    // CARRY-5, CARRY-7
    [Fact]
    public void What_is_carried_is_recorded_and_its_receipt_carried_back_seals_it()
    {
        var net = Cut();
        net["us"].Append(net.Message("by hand"));
        net.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(
            200,
            Assert.Single(Carrier.Bring(net, "us", "ru", Carrier.Take(net, "us", "ru")!), a => a!.Status == 200)!.Status
        );
        Assert.Equal("by hand", Encoding.UTF8.GetString(net["ru"].Store.Feeds[net["us"].Id].All[1].Body!));
        Assert.Equal(1UL, net["us"].Machine.SealedSize(net["us"].Id)); // nobody has told the author yet

        Carrier.Bring(net, "ru", "us", Carrier.Take(net, "ru", "us")!);
        Assert.Equal(2UL, net["us"].Machine.SealedSize(net["us"].Id));
        Assert.Contains(net["us"].Reports, r => r is LineReport.Cosigned { Size: 2, Sealed: 2 });
    }

    // CARRY-6: the state of the link says what the wire says.
    [Fact]
    public void What_is_carried_is_no_sign_of_life()
    {
        var net = Cut();
        net["us"].Append(net.Message("by hand"));
        net.Run(TimeSpan.FromMinutes(1));
        var heard = net["ru"].StatusOf(net["us"].Id).LastHeard;
        Assert.Equal(LinkState.Down, net["ru"].StatusOf(net["us"].Id).State);

        Carrier.Bring(net, "us", "ru", Carrier.Take(net, "us", "ru")!);
        Carrier.Bring(net, "ru", "us", Carrier.Take(net, "ru", "us")!);
        foreach (var (here, there) in new[] { ("us", "ru"), ("ru", "us") })
        {
            Assert.Equal(LinkState.Down, net[here].StatusOf(net[there].Id).State);
            Assert.DoesNotContain(
                net[here]
                    .Reports.Skip(
                        Array.FindLastIndex(
                            [.. net[here].Reports],
                            r => r is LineReport.LinkChanged { State: LinkState.Down }
                        ) + 1
                    ),
                r => r is LineReport.LinkChanged
            );
        }
        Assert.Equal(heard, net["ru"].StatusOf(net["us"].Id).LastHeard);
    }

    // CARRY-7
    [Fact]
    public void A_file_brought_twice_or_after_the_wire_came_back_adds_nothing()
    {
        var net = Cut();
        net["us"].Append(net.Message("once"));
        net.Run(TimeSpan.FromSeconds(1));
        var file = Carrier.Take(net, "us", "ru")!;
        net.Heal();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));

        var answers = Carrier.Bring(net, "us", "ru", [.. file, .. file]);
        Assert.All(answers, a => Assert.Contains(a!.Status, new[] { 204, 409 }));
        Assert.Equal(2UL, net["ru"].Machine.SizeOf(net["us"].Id));
        Assert.Empty(net["ru"].Store.Refusals);
    }

    // CARRY-7: the file begins with what the wire has brought, and goes on beyond it.
    [Fact]
    public void Of_a_file_that_overlaps_with_what_came_by_wire_only_the_rest_is_taken()
    {
        var net = Cut();
        net["us"].Append(net.Message("first"));
        net.Run(TimeSpan.FromSeconds(1));
        net.Heal();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
        net.Cut("us", "ru");
        net["us"].Append(net.Message("second"), net.Message("third"));
        net.Run(TimeSpan.FromSeconds(1));

        var file = Carrier.Take(net, "us", "ru", start: 0)!;
        Assert.Equal(
            0UL,
            EntryBatch.ReadOffer(Assert.IsType<CarryPart.Push>(file[^1]).Bytes, out _).Required().OldSize
        );
        Assert.Equal(200, Carrier.Bring(net, "us", "ru", file)[^1]!.Status);
        Assert.Equal(
            ["first", "second", "third"],
            net["ru"].Store.Feeds[net["us"].Id].All.Skip(1).Select(e => Encoding.UTF8.GetString(e.Body!))
        );
    }

    // CARRY-7
    [Fact]
    public void A_file_that_starts_beyond_what_is_held_is_not_taken_and_says_what_is_held()
    {
        var net = Cut();
        net["us"].Append(net.Message("first"));
        net["us"].Append(net.Message("second"));
        net.Run(TimeSpan.FromSeconds(1));
        var answer = Carrier.Bring(net, "us", "ru", Carrier.Take(net, "us", "ru", start: 2)!)[^1]!;
        Assert.Equal((409, "1\n"), (answer.Status, Encoding.ASCII.GetString(answer.Body.Span)));
        Assert.Equal(1UL, net["ru"].Machine.SizeOf(net["us"].Id));
    }

    // CARRY-5
    [Fact]
    public void A_carried_push_is_judged_like_any_other()
    {
        var net = Cut();
        net["us"].Append(net.Message("true"));
        net.Run(TimeSpan.FromSeconds(1));
        var push = ((CarryPart.Push)Carrier.Take(net, "us", "ru")![^1]).Bytes.ToArray();
        for (var i = 0; i < push.Length; i++)
        {
            var bent = (byte[])push.Clone();
            bent[i] ^= 1;
            var answer = Carrier.Bring(net, "us", "ru", [new CarryPart.Push(bent)])[0]!;
            Assert.NotEqual(200, answer.Status);
        }
        Assert.Equal(1UL, net["ru"].Machine.SizeOf(net["us"].Id));
        Assert.Equal(200, Carrier.Bring(net, "us", "ru", [new CarryPart.Push(push)])[0]!.Status);
    }

    // CARRY-5: a fork shows whatever way it comes.
    [Fact]
    public void Two_checkpoints_of_one_size_are_a_fork_also_when_one_of_them_was_carried()
    {
        var net = Lines.Opened("us", "ru");
        var lie = new Author(net, "us").Write("the stick's truth");
        net["us"].Append(net.Message("the wire's truth"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
        Carrier.Bring(net, "us", "ru", [new CarryPart.Push(lie.Push(1).Body)]);
        net.Run(TimeSpan.FromSeconds(1));
        Assert.True(net["ru"].Status.Stopped);
        Assert.Single(net["ru"].Store.Forks);
    }

    // CARRY-8
    [Fact]
    public void A_carried_cosignature_counts_only_if_it_is_the_peers_on_our_own_checkpoint()
    {
        var net = Cut();
        net["us"].Append(net.Message("by hand"));
        net.Run(TimeSpan.FromSeconds(1));
        Carrier.Bring(net, "us", "ru", Carrier.Take(net, "us", "ru")!);
        var good = ((CarryPart.Cosigned)Carrier.Take(net, "ru", "us")![0]).Checkpoint;
        var (us, ru) = (LineParty.Named("us"), LineParty.Named("ru"));

        var others = SignedCheckpoint.Sign(good.Checkpoint, net["us"].Identity.Own, ru.Log);
        var bare = good.Keep([net.Document.LogKey(us.Id)])!;
        foreach (
            var bad in new[]
            {
                bare, // no cosignature
                bare.With(Cosignature.Sign(good.Checkpoint, ru.Id, us.Cosign, net.Now)), // by another key
                others.With(Cosignature.Sign(good.Checkpoint, ru.Id, ru.Cosign, net.Now)), // not a checkpoint of ours
            }
        )
        {
            Assert.Equal(403, Carrier.Bring(net, "ru", "us", [new CarryPart.Cosigned(bad)])[0]!.Status);
        }
        Assert.Equal(1UL, net["us"].Machine.SealedSize(us.Id));
        Assert.Equal(200, Carrier.Bring(net, "ru", "us", [new CarryPart.Cosigned(good)])[0]!.Status);
        Assert.Equal(2UL, net["us"].Machine.SealedSize(us.Id));
    }

    // CARRY-8: our own signature on more than we hold.
    [Fact]
    public void A_station_that_learns_from_a_file_that_it_lost_entries_signs_nothing_more()
    {
        var net = Lines.Opened("us", "ru");
        var old = net["us"].Store.Copy();
        net["us"].Append(net.Message("to be lost"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
        net.Cut("us", "ru");
        var file = Carrier.Take(net, "ru", "us")!;
        net.Invariants.Lost(net["us"].Id);
        net["us"].Crash();
        net["us"].Restart(old);
        Assert.False(net["us"].Status.CatchingUp); // nothing tells it yet
        Assert.Equal(503, Carrier.Bring(net, "ru", "us", file)[0]!.Status);
        Assert.True(net["us"].Status.CatchingUp);
        var token = net["us"].Append(net.Message("must not be signed"));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[token]);
        Assert.Null(Carrier.Take(net, "us", "ru"));
    }

    // CARRY-7: thousands of files, in any order, lost, doubled, while the wire comes and goes and stations crash.
    [Fact]
    public void However_files_and_wire_mix_everything_arrives_once_and_in_order()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            try
            {
                Mix(seed);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    private static void Mix(int seed)
    {
        var random = new Random(seed);
        string[] names = [.. new[] { "us", "ru", "icrc" }.Take(random.Next(2, 4))];
        var net = new LineNetwork(seed, names);
        net.Run(TimeSpan.FromSeconds(random.Next(5)));
        var files = new List<(string From, string To, List<CarryPart> Parts)>();
        for (var i = 0; i < 60; i++)
        {
            var (a, b) = (names[random.Next(names.Length)], names[random.Next(names.Length)]);
            switch (random.Next(9))
            {
                case 0:
                    net.Cut(a, b);
                    break;
                case 1:
                    net.CutDialling(a, b);
                    break;
                case 2:
                    net.Heal();
                    break;
                case 3 when net[a].Up && random.Next(3) == 0:
                    net[a].Crash(made: random.Next(2));
                    break;
                case 4 when !net[a].Up:
                    net[a].Restart();
                    break;
                case 5 or 6 when a != b && Carrier.Take(net, a, b) is { } taken:
                    files.Add((a, b, taken));
                    break;
                case 7 when files.Count > 0:
                    var file = files[random.Next(files.Count)];
                    Carrier.Bring(net, file.From, file.To, file.Parts.Take(random.Next(file.Parts.Count + 1)));
                    break;
                default:
                    net[a].Append([.. Enumerable.Range(0, random.Next(1, 4)).Select(n => net.Message($"{i}.{n}"))]);
                    break;
            }
            net.Run(TimeSpan.FromMilliseconds(random.Next(2000)));
        }
        net.Heal();
        foreach (var station in net.Stations.Where(s => !s.Up))
            station.Restart();
        if (!net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(3)))
            throw new InvalidOperationException("not settled");
        foreach (var station in net.Stations)
        {
            Assert.Empty(station.Store.Forks);
            Assert.Empty(station.Store.Refusals);
            Assert.DoesNotContain(
                station.Reports,
                r => r is LineReport.PeerLostEntries or LineReport.OwnFeedBehind or LineReport.Forked
            );
        }
    }

    private static LineNetwork Cut()
    {
        var net = Lines.Opened("us", "ru");
        net.Cut("us", "ru");
        return net;
    }
}
