/// A text that configuration was read from.
public struct ConfigurationSource: Sendable, Equatable {
    /// Path as shown in messages, relative to the project when inside it.
    public var path: String
    /// Its whole text.
    public var text: String

    /// Takes a path and a text.
    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
