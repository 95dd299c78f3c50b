import CYAML

/// Bounds that hold while a text is parsed; beyond any file a person writes.
enum YAMLLimits {
    static let bytes = 256 * 1024
    static let depth = 16
    static let nodes = 20_000
    static let scalarBytes = 4096
    /// Mistakes reported of one text.
    static let mistakes = 100
}
