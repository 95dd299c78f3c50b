extension Safetensors {
    /// Part of a file to write: a layout's tensors, their values, and what to put before their names.
    public struct Section {
        /// The tensors, in order.
        public let layout: ParameterLayout
        /// The flat buffer of the layout.
        public let parameters: UnsafePointer<Float>
        /// What the file's names have before the layout's.
        public let prefix: String

        /// Names a part.
        public init(
            _ layout: ParameterLayout, _ parameters: UnsafePointer<Float>, prefix: String = ""
        ) {
            self.layout = layout
            self.parameters = parameters
            self.prefix = prefix
        }
    }

    /// Writes one layout's tensors as a file.
    public static func encode(
        _ layout: ParameterLayout, parameters: UnsafePointer<Float>,
        metadata: [(key: String, value: String)] = []
    ) -> [UInt8] { encode([Section(layout, parameters)], metadata: metadata) }

    /// Writes several layouts' tensors as one file; names with their prefixes must be unique.
    public static func encode(
        _ sections: [Section], metadata: [(key: String, value: String)] = []
    ) -> [UInt8] {
        var header = "{"
        if !metadata.isEmpty {
            let texts = metadata.map { "\(quoted($0.key)):\(quoted($0.value))" }
            header += "\"__metadata__\":{\(texts.joined(separator: ","))}"
        }
        var offset = 0
        var names: Set<String> = []
        for section in sections {
            for spec in section.layout.tensors {
                let name = section.prefix + spec.name
                precondition(
                    names.insert(name).inserted && name != "__metadata__", "a name is used twice")
                let shape = spec.shape.map(String.init).joined(separator: ",")
                let end = offset + 4 * spec.count
                if header.utf8.count > 1 { header += "," }
                header += quoted(name)
                header += ":{\"dtype\":\"F32\",\"shape\":[\(shape)],"
                header += "\"data_offsets\":[\(offset),\(end)]}"
                offset = end
            }
        }
        header += "}"
        // The data start on a multiple of eight bytes.
        while header.utf8.count % 8 != 0 { header += " " }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.utf8.count + offset)
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: header.utf8)
        for section in sections {
            appendValues(section.parameters, count: section.layout.count, to: &bytes)
        }
        return bytes
    }

    private static func appendValues(
        _ values: UnsafePointer<Float>, count: Int, to bytes: inout [UInt8]
    ) {
        #if _endian(little)
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: values, count: 4 * count))
        #else
            for i in 0..<count {
                withUnsafeBytes(of: values[i].bitPattern.littleEndian) {
                    bytes.append(contentsOf: $0)
                }
            }
        #endif
    }

    /// A JSON string.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
