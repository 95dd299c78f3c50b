/// Why a slow-path message could not be read.
struct UnreadableMessage: Error, CustomStringConvertible {
    let description: String
}
