/// Why bytes are not a usable safetensors file; offsets count from the start of the file.
public enum SafetensorsError: Error, Equatable, Sendable {
    /// The file ends before its header length.
    case tooShort(bytes: Int)
    /// The header is said to be longer than allowed.
    case headerTooLong(bytes: UInt64, limit: Int)
    /// The header is said to be longer than the file.
    case headerBeyondFile(bytes: UInt64, available: Int)
    /// The header is not the JSON that the format allows.
    case malformedHeader(offset: Int, expected: String)
    /// The header is JSON, but not an object.
    case notAnObject(offset: Int)
    /// A name or key appears twice.
    case duplicateKey(key: String, offset: Int)
    /// A tensor's entry lacks a field.
    case missingField(tensor: String, field: String)
    /// A tensor's entry has a field that the format does not know.
    case unknownField(tensor: String, field: String)
    /// A tensor has an element type that the format does not know.
    case unknownType(tensor: String, type: String)
    /// The file has more tensors than allowed.
    case tooManyTensors(limit: Int)
    /// A tensor has more dimensions than allowed.
    case tooManyDimensions(tensor: String, limit: Int)
    /// A tensor's size is more than the machine can count.
    case sizeOverflow(tensor: String)
    /// A tensor's offsets are not two ascending numbers.
    case wrongOffsets(tensor: String, offsets: [Int])
    /// A tensor's bytes are not as many as its shape and type say.
    case wrongSize(tensor: String, bytes: Int, expected: Int)
    /// A tensor's data reach beyond the file.
    case beyondFile(tensor: String, end: Int, available: Int)
    /// Two tensors share bytes.
    case overlap(tensor: String, with: String)
    /// Bytes between two tensors, or before the first, belong to none.
    case hole(before: String, bytes: Int)
    /// Bytes behind the last tensor belong to none.
    case trailingBytes(bytes: Int)
    /// The data are not those that were written.
    case wrongChecksum(recorded: String, found: String)
    /// A tensor that is needed is not there.
    case missing(tensor: String)
    /// A tensor has another element type than is needed.
    case wrongType(tensor: String, found: String, expected: String)
    /// A tensor has another shape than is needed.
    case wrongShape(tensor: String, found: [Int], expected: [Int])
}

extension SafetensorsError: CustomStringConvertible {
    /// What was attempted, what was found, what to do.
    public var description: String { "Reading a safetensors file: \(finding). \(advice)" }

    private var finding: String {
        switch self {
        case .tooShort(let bytes): "it has \(bytes) bytes, fewer than the 8 of its header length"
        case .headerTooLong(let bytes, let limit):
            "the header is said to have \(bytes) bytes, more than the \(limit) allowed"
        case .headerBeyondFile(let bytes, let available):
            "the header is said to have \(bytes) bytes, \(available) are there"
        case .malformedHeader(let offset, let expected):
            "at byte \(offset) of the file \(expected) was expected"
        case .notAnObject(let offset): "at byte \(offset) the header is not a JSON object"
        case .duplicateKey(let key, let offset):
            "\"\(key)\" is there twice, again at byte \(offset)"
        case .missingField(let tensor, let field): "\"\(tensor)\" has no \"\(field)\""
        case .unknownField(let tensor, let field):
            "\"\(tensor)\" has the unknown field \"\(field)\""
        case .unknownType(let tensor, let type): "\"\(tensor)\" has the unknown type \"\(type)\""
        case .tooManyTensors(let limit): "it has more than the \(limit) tensors allowed"
        case .tooManyDimensions(let tensor, let limit):
            "\"\(tensor)\" has more than the \(limit) dimensions allowed"
        case .sizeOverflow(let tensor): "the size of \"\(tensor)\" is beyond counting"
        case .wrongOffsets(let tensor, let offsets):
            "the offsets of \"\(tensor)\" are \(offsets), not a start and an end"
        case .wrongSize(let tensor, let bytes, let expected):
            "\"\(tensor)\" has \(bytes) bytes, its shape and type need \(expected)"
        case .beyondFile(let tensor, let end, let available):
            "\"\(tensor)\" ends at data byte \(end), \(available) are there"
        case .overlap(let tensor, let other): "\"\(tensor)\" shares bytes with \"\(other)\""
        case .hole(let before, let bytes): "\(bytes) bytes before \"\(before)\" belong to no tensor"
        case .trailingBytes(let bytes): "the last \(bytes) bytes belong to no tensor"
        case .wrongChecksum(let recorded, let found):
            "the checksum of its data is \(found), and was \(recorded) when it was written"
        case .missing(let tensor): "there is no tensor \"\(tensor)\""
        case .wrongType(let tensor, let found, let expected):
            "\"\(tensor)\" holds \(found), \(expected) is needed"
        case .wrongShape(let tensor, let found, let expected):
            "\"\(tensor)\" has the shape \(found), \(expected) is needed"
        }
    }

    private var advice: String {
        switch self {
        case .missing, .wrongType, .wrongShape:
            "Use the weights of a network with these settings, or change the settings."
        case .headerTooLong, .tooManyTensors, .tooManyDimensions:
            "Raise the limit if the file is what it should be."
        default: "The file is damaged, cut off, or something else: fetch or write it again."
        }
    }
}
