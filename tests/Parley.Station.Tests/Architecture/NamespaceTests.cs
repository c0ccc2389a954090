using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Xunit;

namespace Parley.Station.Tests.Architecture;

/// <summary>Namespaces of the host are floors: what stands on another is never stood on by it
/// (docs/decisions/0040).</summary>
public sealed class NamespaceTests
{
    private const string Root = "Parley.Station";

    [Fact]
    public void No_two_namespaces_of_the_host_use_each_other()
    {
        var uses = Uses();
        var circles = uses.Keys.Where(space => Reachable(space, uses).Contains(space)).Order(StringComparer.Ordinal);
        Assert.True(
            !circles.Any(),
            string.Join(
                "\n",
                circles.SelectMany(space =>
                    uses[space]
                        .Where(use => Reachable(use.Key, uses).Contains(space))
                        .Select(use => $"{space} -> {use.Key}: {string.Join(", ", use.Value.Take(8))}")
                )
            )
        );
    }

    [Fact]
    public void The_desks_know_nothing_of_http()
    {
        var uses = Uses();
        Assert.DoesNotContain($"{Root}.Api", Reachable($"{Root}.Desks", uses));
    }

    private static HashSet<string> Reachable(
        string from,
        Dictionary<string, Dictionary<string, SortedSet<string>>> uses
    )
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>(uses.TryGetValue(from, out var first) ? first.Keys : []);
        while (next.TryPop(out var space))
        {
            if (seen.Add(space) && uses.TryGetValue(space, out var more))
                foreach (var one in more.Keys)
                    next.Push(one);
        }
        return seen;
    }

    /// <summary>By namespace, the others that it uses, and by which types: in signatures, fields, attributes and in what
    /// its methods do.</summary>
    private static Dictionary<string, Dictionary<string, SortedSet<string>>> Uses()
    {
        using var file = new PEReader(File.OpenRead(typeof(StationHost).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var uses = new Dictionary<string, Dictionary<string, SortedSet<string>>>(StringComparer.Ordinal);
        foreach (var handle in metadata.TypeDefinitions)
        {
            var from = new Found(metadata);
            var type = metadata.GetTypeDefinition(handle);
            var space = from.SpaceOf(handle);
            if (!IsOurs(space) || from.IsGenerated(handle))
                continue;
            from.Add(type.BaseType);
            foreach (var face in type.GetInterfaceImplementations())
                from.Add(metadata.GetInterfaceImplementation(face).Interface);
            foreach (var field in type.GetFields())
                metadata.GetFieldDefinition(field).DecodeSignature(from, null);
            foreach (var method in type.GetMethods().Select(metadata.GetMethodDefinition))
            {
                method.DecodeSignature(from, null);
                if (method.RelativeVirtualAddress != 0)
                    from.AddBody(file.GetMethodBody(method.RelativeVirtualAddress));
            }
            var ours = uses.TryGetValue(space, out var known) ? known : uses[space] = new(StringComparer.Ordinal);
            foreach (var (name, where) in from.Types.Where(t => IsOurs(t.Space) && t.Space != space))
            {
                if (!ours.TryGetValue(where, out var by))
                    ours[where] = by = new SortedSet<string>(StringComparer.Ordinal);
                by.Add($"{metadata.GetString(type.Name)} uses {name}");
            }
        }
        return uses;
    }

    private static bool IsOurs(string space) => space == Root || space.StartsWith($"{Root}.", StringComparison.Ordinal);

    /// <summary>The types that something names.</summary>
    private sealed class Found(MetadataReader metadata) : ISignatureTypeProvider<int, object?>
    {
        private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes)
            .GetFields()
            .Select(f => (OpCode)f.GetValue(null)!)
            .ToDictionary(code => (int)(ushort)code.Value);

        internal HashSet<(string Name, string Space)> Types { get; } = [];

        internal string SpaceOf(TypeDefinitionHandle handle)
        {
            var type = metadata.GetTypeDefinition(handle);
            return type.GetDeclaringType() is { IsNil: false } outer
                ? SpaceOf(outer)
                : metadata.GetString(type.Namespace);
        }

        /// <summary>Made by a source generator, wherever what it serves stands.</summary>
        internal bool IsGenerated(TypeDefinitionHandle handle)
        {
            var type = metadata.GetTypeDefinition(handle);
            return metadata.GetString(type.Name).StartsWith('<') && type.GetDeclaringType().IsNil;
        }

        internal void Add(EntityHandle handle)
        {
            if (handle.IsNil)
                return; // an interface has no base
            switch (handle.Kind)
            {
                case HandleKind.TypeDefinition:
                    var type = metadata.GetTypeDefinition((TypeDefinitionHandle)handle);
                    Types.Add((metadata.GetString(type.Name), SpaceOf((TypeDefinitionHandle)handle)));
                    break;
                case HandleKind.TypeSpecification:
                    metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                    break;
                case HandleKind.MethodDefinition:
                    Add(metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                    break;
                case HandleKind.FieldDefinition:
                    Add(metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                    break;
                case HandleKind.MemberReference:
                    Add(metadata.GetMemberReference((MemberReferenceHandle)handle).Parent);
                    break;
                case HandleKind.MethodSpecification:
                    var generic = metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                    generic.DecodeSignature(this, null);
                    Add(generic.Method);
                    break;
            }
        }

        internal void AddBody(MethodBodyBlock body)
        {
            if (!body.LocalSignature.IsNil)
                metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, null);
            foreach (var region in body.ExceptionRegions)
                if (!region.CatchType.IsNil)
                    Add(region.CatchType);
            var il = body.GetILReader();
            while (il.RemainingBytes > 0)
            {
                var first = (int)il.ReadByte();
                var code = Codes[first == 0xfe ? 0xfe00 | il.ReadByte() : first];
                switch (code.OperandType)
                {
                    case OperandType.InlineType
                    or OperandType.InlineMethod
                    or OperandType.InlineField
                    or OperandType.InlineTok:
                        Add(MetadataTokens.EntityHandle(il.ReadInt32()));
                        break;
                    case OperandType.InlineSwitch:
                        var cases = il.ReadInt32();
                        il.Offset += 4 * cases;
                        break;
                    default:
                        il.Offset += SizeOf(code.OperandType);
                        break;
                }
            }
        }

        private static int SizeOf(OperandType operand) =>
            operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                _ => 4,
            };

        public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            Add(handle);
            return 0;
        }

        public int GetTypeFromSpecification(
            MetadataReader reader,
            object? genericContext,
            TypeSpecificationHandle handle,
            byte rawTypeKind
        )
        {
            Add(handle);
            return 0;
        }

        public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => 0;

        public int GetArrayType(int elementType, ArrayShape shape) => 0;

        public int GetByReferenceType(int elementType) => 0;

        public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

        public int GetGenericInstantiation(
            int genericType,
            System.Collections.Immutable.ImmutableArray<int> typeArguments
        ) => 0;

        public int GetGenericMethodParameter(object? genericContext, int index) => 0;

        public int GetGenericTypeParameter(object? genericContext, int index) => 0;

        public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

        public int GetPinnedType(int elementType) => 0;

        public int GetPointerType(int elementType) => 0;

        public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;

        public int GetSZArrayType(int elementType) => 0;
    }
}
