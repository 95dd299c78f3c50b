/// Where the weights of a version are.
public enum VersionPlace: Sendable, Equatable {
    /// A safetensors file here.
    case file(String)
    /// A worker process has them, under a name of its own.
    case worker(id: String)
}
