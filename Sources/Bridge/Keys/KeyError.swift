public import Embodiment
public import Platform

/// Why keys cannot be made or used.
public enum KeyError: Error, Equatable, Sendable {
    /// This machine's libzmq was built without CURVE.
    case notAvailable
    /// A key file or list that cannot be read or written.
    case file(PlatformError)
    /// A secret that others can read, with its mode.
    case readableByOthers(path: String, mode: UInt32)
    /// A list that others can change, with its mode.
    case writableByOthers(path: String, mode: UInt32)
    /// A key file or list that is another account's, with the number of that.
    case othersFile(path: String, owner: UInt32)
    /// A file of a key that holds something else.
    case notAKey(path: String)
    /// A line of a list that does not begin with a key.
    case notAnEntry(path: String, line: Int)
    /// A list with nobody on it.
    case nobodyAllowed(path: String)
    /// A key file that is there already.
    case exists(path: String)
    /// A key that is on the list already.
    case isAllowed(key: PublicKey, path: String)
    /// One of the two that a connection needs was named.
    case needsBoth
    /// A word of the command line that is no public key.
    case noPublicKey(String)
}

extension KeyError: CustomStringConvertible {
    /// What was attempted, what was found, what to do.
    public var description: String {
        switch self {
        case .notAvailable:
            "the libzmq of this machine has no CURVE encryption; install one built with libsodium "
                + "(Debian's libzmq5 is), or use ipc:// or tcp://127.0.0.1 without keys"
        case .file(let error): "\(error)"
        case .readableByOthers(let path, let mode):
            "the secret key \(path) is not used: others can read it (mode \(Self.octal(mode))); run "
                + "chmod 600 \(path), and if it ever lay open, make a new one with hone keys new"
        case .writableByOthers(let path, let mode):
            "the list \(path) is not used: others can change it (mode \(Self.octal(mode))); run "
                + "chmod 644 \(path) and look at who is on it"
        case .othersFile(let path, let owner):
            "\(path) is not used: it belongs to the account with number \(owner), which may change it at any time; "
                + "look at what is in it and make it your own (chown), or use one that is"
        case .notAKey(let path):
            "\(path) does not hold a key: \(PublicKey.form), and nothing else; make one with "
                + "hone keys new"
        case .notAnEntry(let path, let line):
            "\(path):\(line): not a key and a name: \(PublicKey.form); add one with hone keys allow"
        case .nobodyAllowed(let path):
            "the list \(path) names no agent, so none could connect; add an agent's public key "
                + "with hone keys allow"
        case .exists(let path):
            "\(path) exists; keys are never overwritten, choose another directory"
        case .isAllowed(let key, let path): "the key \(key) is on the list \(path) already"
        case .needsBoth:
            "--key and --bridge-key go together: who is asking, and who the bridge must be"
        case .noPublicKey(let text): "--bridge-key \(text.printable): \(PublicKey.form)"
        }
    }

    private static func octal(_ mode: UInt32) -> String { mode.padded(to: 4, radix: 8) }
}

extension KeyError: HasExitCode {
    /// The sysexits code.
    public var exitCode: Int32 {
        switch self {
        case .needsBoth, .noPublicKey: 64
        case .notAKey, .notAnEntry, .nobodyAllowed: 65
        case .file: 66
        case .notAvailable: 69
        case .exists, .isAllowed: 73
        case .readableByOthers, .writableByOthers, .othersFile: 77
        }
    }
}
