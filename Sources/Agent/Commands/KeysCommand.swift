import Bridge
import Embodiment
import Foundation
import Report

/// `hone keys`: makes, shows and allows the keys of encrypted connections.
public enum KeysCommand {
    /// Makes a pair in a directory and prints its public half.
    ///
    /// - Throws: `KeyError.exists` when there are keys: they are never overwritten.
    public static func new(directory: String) throws {
        let pair = try KeyPair.generate()
        try pair.write(into: directory)
        Terminal.writeToStandardOutput(
            "\(pair.publicKey)\n"
                + "\(KeyPair.secretFile(in: directory)) is secret and stays on this machine; "
                + "the line above is its public half: the other side needs it.\n")
    }

    /// Prints the public half of a pair, by its directory or by either file.
    public static func show(_ path: String) throws {
        Terminal.writeToStandardOutput("\(try publicKey(at: path))\n")
    }

    /// Puts a key on a list, which is made if there is none.
    ///
    /// - Parameter key: 40 characters, or the directory or a file that `show` takes.
    public static func allow(list: String, key: String, name: String) throws {
        guard !name.isEmpty, !name.contains(where: \.isNewline) else {
            throw ArgumentError("a name on a list is one line, and not empty")
        }
        let found = try PublicKey(key) ?? publicKey(at: key)
        try AllowList.add(found, name: name, to: list)
        Terminal.writeToStandardOutput(
            "\(list): \(name) is allowed (\(found)); a bridge reads its list when it starts\n")
    }

    private static func publicKey(at path: String) throws(KeyError) -> PublicKey {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if exists, isFolder.boolValue {
            return try PublicKey.read(file: KeyPair.publicFile(in: path))
        }
        if path.hasSuffix("secret.key") { return try KeyPair.read(secretFile: path).publicKey }
        return try PublicKey.read(file: path)
    }
}
