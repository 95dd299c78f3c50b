/// This program's version.
public enum Version {
    /// As `hone --version` prints it and as it is written into every session and every log.
    public static let text = "0.1.0"
}
