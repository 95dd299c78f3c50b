import Platform

/// Why a resume point is not whole.
enum ResumePointError: Error, CustomStringConvertible, Sendable {
    /// A file is missing or cannot be read.
    case unreadable(PlatformError)
    /// A file is shorter than it was.
    case cutShort(String)
    /// A file is not what was written.
    case damaged(String)
    /// The manifest is whole, but not of this program.
    case otherVersion(String)
    /// It could not be turned into a file.
    case cannotEncode(String)

    /// What was found.
    var description: String {
        switch self {
        case .unreadable(let error): "\(error)"
        case .cutShort(let name): "\(name) is cut short"
        case .damaged(let name): "\(name) is damaged"
        case .otherVersion(let why): "manifest.json is of another version of hone: \(why)"
        case .cannotEncode(let why): "it cannot be written as JSON: \(why)"
        }
    }
}
