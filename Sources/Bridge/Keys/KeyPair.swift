internal import CZeroMQ
public import Embodiment
internal import Platform

/// A CURVE key pair: who this side is, and the secret that proves it.
///
/// The secret never leaves this module: neither `description` nor any error holds it. Allocates; not
/// for the tick.
public struct KeyPair: Sendable, Equatable {
    /// What others know this side by.
    public let publicKey: PublicKey
    /// The secret half, Z85.
    let secret: String

    /// Whether this machine's libzmq can encrypt at all.
    public static var isAvailable: Bool { zmq_has("curve") == 1 }

    /// A new pair, from the kernel's randomness.
    public static func generate() throws(KeyError) -> KeyPair {
        guard isAvailable else { throw .notAvailable }
        Crash.leavesNoCore()
        var (open, secret) = (Self.room, Self.room)
        // Again where a command line would take the public half for an option.
        repeat {
            guard zmq_curve_keypair(&open, &secret) == 0 else { throw .notAvailable }
        } while open[0] == CChar(UInt8(ascii: "-"))
        guard let key = PublicKey(Self.text(open)) else { throw .notAvailable }
        return KeyPair(publicKey: key, secret: Self.text(secret))
    }

    /// The pair whose secret half is in a file.
    ///
    /// - Throws: `readableByOthers` unless the file is its owner's alone, `othersFile` unless that is this user or root.
    public static func read(secretFile path: String) throws(KeyError) -> KeyPair {
        guard isAvailable else { throw .notAvailable }
        Crash.leavesNoCore()
        let (text, mode) = try KeyFile.readOwn(path)
        guard mode & 0o077 == 0 else { throw .readableByOthers(path: path, mode: mode) }
        var open = Self.room
        // A secret key has the form of a public one.
        guard PublicKey(text) != nil, zmq_curve_public(&open, text) == 0,
            let key = PublicKey(Self.text(open))
        else { throw .notAKey(path: path) }
        return KeyPair(publicKey: key, secret: text)
    }

    /// Makes `DIR/secret.key`, for its owner alone, and `DIR/public.key`.
    ///
    /// - Throws: `exists` when one of them is there; nothing is ever overwritten.
    public func write(into directory: String) throws(KeyError) {
        let (secretPath, publicPath) = (
            Self.secretFile(in: directory), Self.publicFile(in: directory)
        )
        for path in [secretPath, publicPath] where Files.exists(path) {
            throw .exists(path: path)
        }
        do throws(PlatformError) {
            try Files.makeDirectories(directory, permissions: 0o700)
            try KeyFile.create(secretPath, text: secret, permissions: 0o600)
            try KeyFile.create(publicPath, text: "\(publicKey)", permissions: 0o644)
            try Files.syncDirectory(directory)
        } catch { throw .file(error) }
    }

    /// Where the secret half of a directory's pair lies.
    public static func secretFile(in directory: String) -> String { directory + "/secret.key" }

    /// Where the public half of a directory's pair lies.
    public static func publicFile(in directory: String) -> String { directory + "/public.key" }

    /// 40 characters and the final zero.
    private static let room = [CChar](repeating: 0, count: PublicKey.characterCount + 1)

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension KeyPair: CustomStringConvertible {
    /// The public half.
    public var description: String { "\(publicKey)" }
}

extension PublicKey {
    /// The key in a file such as `public.key`.
    public static func read(file path: String) throws(KeyError) -> PublicKey {
        guard let key = PublicKey(try KeyFile.read(path)) else { throw .notAKey(path: path) }
        return key
    }
}
