/// Named tensors and text in one file: the safetensors format.
///
/// Eight bytes of little-endian header length N; N bytes of JSON, an object of name → {dtype, shape, data_offsets} and
/// perhaps `__metadata__` → an object of strings; then the data, little-endian, without holes.
/// Encoding and decoding allocate; neither belongs in a tick.
public struct Safetensors: Sendable {
    /// The types of elements that a header may name.
    public enum ElementType: String, Sendable, CaseIterable {
        case bool = "BOOL"
        case uint8 = "U8"
        case int8 = "I8"
        case uint16 = "U16"
        case int16 = "I16"
        case float16 = "F16"
        case bfloat16 = "BF16"
        case uint32 = "U32"
        case int32 = "I32"
        case float32 = "F32"
        case uint64 = "U64"
        case int64 = "I64"
        case float64 = "F64"

        /// The bytes of one element.
        public var byteCount: Int {
            switch self {
            case .bool, .uint8, .int8: 1
            case .uint16, .int16, .float16, .bfloat16: 2
            case .uint32, .int32, .float32: 4
            case .uint64, .int64, .float64: 8
            }
        }
    }

    /// One tensor of a file: where its bytes are.
    public struct Tensor: Sendable, Equatable {
        /// The name, unique in the file.
        public let name: String
        /// The type of the elements.
        public let type: ElementType
        /// The lengths of the dimensions, outermost first.
        public let shape: [Int]
        /// The number of elements.
        public let count: Int
        /// The bytes' range in the file.
        public let byteRange: Range<Int>
    }

    /// The most that a header may claim.
    public struct Limits: Sendable {
        /// The longest header in bytes.
        public var headerBytes: Int
        /// The most tensors.
        public var tensors: Int
        /// The most dimensions of a tensor.
        public var dimensions: Int

        /// Generous for the networks of a robot unless given.
        public init(headerBytes: Int = 4 << 20, tensors: Int = 65_536, dimensions: Int = 8) {
            self.headerBytes = headerBytes
            self.tensors = tensors
            self.dimensions = dimensions
        }
    }

    /// The file's bytes.
    public let bytes: [UInt8]
    /// The tensors in the order of their data.
    public let tensors: [Tensor]
    /// The texts of `__metadata__`, in the order of the header.
    public let metadata: [(key: String, value: String)]

    /// Finds a tensor by name.
    public func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name } }

    /// Finds a text of the metadata by key.
    public func text(_ key: String) -> String? { metadata.first { $0.key == key }?.value }

    /// Checks that a tensor of 32-bit floats with this name and shape exists, and copies it to `target`.
    public func copy(
        _ name: String, shape: [Int], into target: UnsafeMutablePointer<Float>
    ) throws(SafetensorsError) {
        guard let tensor = tensor(name) else { throw .missing(tensor: name) }
        guard tensor.type == .float32 else {
            throw .wrongType(tensor: name, found: tensor.type.rawValue, expected: "F32")
        }
        guard tensor.shape == shape else {
            throw .wrongShape(tensor: name, found: tensor.shape, expected: shape)
        }
        bytes.withUnsafeBytes { source in
            let start = tensor.byteRange.lowerBound
            for i in 0..<tensor.count {
                // Safe: the range was checked against the file when it was decoded.
                let bits = source.loadUnaligned(fromByteOffset: start + 4 * i, as: UInt32.self)
                target[i] = Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }

    /// Copies every tensor of a layout to its place in a flat buffer; the file may hold more.
    ///
    /// - Parameter prefix: what the file's names have before the layout's.
    public func copy(
        _ layout: ParameterLayout, prefix: String = "", into parameters: UnsafeMutablePointer<Float>
    ) throws(SafetensorsError) {
        for spec in layout.tensors {
            if let value = spec.absent, tensor(prefix + spec.name) == nil {
                (parameters + spec.offset).update(repeating: value, count: spec.count)
                continue
            }
            try copy(prefix + spec.name, shape: spec.shape, into: parameters + spec.offset)
        }
    }
}
