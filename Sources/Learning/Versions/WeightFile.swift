import Neural
import Platform

/// A file of weights as Hone writes and reads it: safetensors whose metadata has the checksum of its data.
///
/// Files of other programs, and of Hone before, have none and are taken as they are.
public enum WeightFile {
    /// The metadata that holds it: CRC-32 of everything behind the header, eight hexadecimal digits.
    static let checksumKey = "hone.data_crc32"

    /// Writes several layouts' tensors; `Safetensors.encode`.
    public static func encode(
        _ sections: [Safetensors.Section], metadata: [(key: String, value: String)] = []
    ) -> [UInt8] {
        var sum = CRC32()
        for section in sections {
            sum.update(
                UnsafeRawBufferPointer(start: section.parameters, count: 4 * section.layout.count))
        }
        return Safetensors.encode(
            sections, metadata: metadata + [(key: checksumKey, value: sum.value.hexadecimal)])
    }

    /// Checks a whole file and finds its tensors.
    ///
    /// - Throws: as `Safetensors.decode`; `wrongChecksum` where its data are not what was written.
    public static func decode(_ bytes: [UInt8]) throws(SafetensorsError) -> Safetensors {
        let content = try Safetensors.decode(bytes)
        guard let recorded = content.text(checksumKey) else { return content }
        let start = content.tensors.first?.byteRange.lowerBound ?? bytes.count
        var sum = CRC32()
        bytes.withUnsafeBytes { sum.update(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        guard sum.value.hexadecimal == recorded else {
            throw .wrongChecksum(recorded: recorded, found: sum.value.hexadecimal)
        }
        return content
    }
}
