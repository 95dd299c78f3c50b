import Platform

/// Which format of others a file or folder is in, known by how it begins and not by its name.
public enum ForeignData {
    /// The format's name, such as `LeRobot`; nil for what is none of those that `hone episodes import` reads.
    ///
    /// Any thread; blocking, reads a few bytes.
    ///
    /// - Throws: that the file could not be read, of a name that exists.
    public static func format(of path: String) throws(PlatformError) -> String? {
        if Files.isDirectory(path) { return folder(path) }
        guard Files.exists(path) else { return nil }
        return format(beginning: try head(of: path))
    }

    /// The format of a file that begins so; nil for none of them.
    public static func format(beginning head: [UInt8]) -> String? {
        let formats: [(StaticString, Int, String)] = [
            ("PK", 0, "NPZ"), ("HDF", 1, "HDF5"), ("PAR1", 0, "Parquet"), ("ARROW1", 0, "Arrow"),
        ]
        return formats.first { start, place, _ in
            start.withUTF8Buffer { head.dropFirst(place).starts(with: $0) }
        }?.2
    }

    /// The first 16 bytes of a file, fewer of a shorter one.
    public static func head(of path: String) throws(PlatformError) -> [UInt8] {
        let file = try FileDescriptor(opening: path, .read)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 16)
        defer { room.deallocate() }
        let count = try file.read(into: room)
        return Array(room.prefix(count))
    }

    private static func folder(_ path: String) -> String? {
        func has(_ name: String) -> Bool { Files.exists("\(path)/\(name)") }
        if has("meta/info.json") { return "LeRobot" }
        if has("data/main_data.hdf5") || has("main_data.hdf5") || has("data/metadata.json") {
            return "Minari"
        }
        return nil
    }
}
