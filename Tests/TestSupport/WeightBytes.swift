import Foundation
import Platform

/// Weights that somebody has changed and given a checksum that is right.
enum WeightBytes {
    /// The file with the checksum of the data that it has.
    static func signed(_ bytes: Data) -> Data {
        let key = Array("\"hone.data_crc32\":\"".utf8)
        var all = [UInt8](bytes)
        let length = all.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard let place = all.indices.first(where: { all[$0...].starts(with: key) }) else {
            return bytes
        }
        let sum = CRC32.checksum(Array(all[(8 + length)...])).hexadecimal
        all.replaceSubrange((place + key.count)..<(place + key.count + 8), with: sum.utf8)
        return Data(all)
    }
}
