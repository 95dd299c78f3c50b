/// What is wrong with a directory, or why there is none to try.
struct DirectoryFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
