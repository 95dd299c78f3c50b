import Testing

@testable import Neural

@Suite("Safetensors")
struct SafetensorsTests {
    private func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) {
            bytes.append(contentsOf: $0)
        }
        return bytes + Array(header.utf8) + (0..<data).map { UInt8($0 & 0xFF) }
    }

    private func expect(
        _ error: SafetensorsError, _ bytes: [UInt8],
        limits: Safetensors.Limits = Safetensors.Limits(),
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: location) {
            try Safetensors.decode(bytes, limits: limits)
        }
        #expect(error.description.hasPrefix("Reading a safetensors file"))
    }

    private func sample() -> (layout: ParameterLayout, values: Owned, bytes: [UInt8]) {
        var layout = ParameterLayout()
        layout.add("hidden/kernel", [3, 2])
        layout.add("scalar", [])
        layout.add("empty", [0, 4])
        layout.add("a \"quoted\" \\ name\n\u{1}ü😀", [2])
        let values = Owned(normal: 1, 1, layout.count)
        let bytes = Safetensors.encode(
            layout, parameters: values.base, metadata: [("b", "2"), ("a", "\u{7}\"x\"")])
        return (layout, values, bytes)
    }

    @Test("what is written is read back to the bit")
    func roundTrip() throws {
        let (layout, values, bytes) = sample()
        let file = try Safetensors.decode(bytes)
        #expect(file.tensors.map(\.name) == layout.tensors.map(\.name))
        #expect(file.tensors.map(\.shape) == layout.tensors.map(\.shape))
        #expect(file.text("a") == "\u{7}\"x\"" && file.text("b") == "2" && file.text("c") == nil)
        let back = Owned(1, layout.count)
        try file.copy(layout, into: back.base)
        #expect(back.values == values.values)
        #expect((file.tensors.first?.byteRange.lowerBound ?? 1) % 8 == 0)
        // Two networks in one file.
        let both = Safetensors.encode([
            .init(layout, values.base, prefix: "actor/"),
            .init(layout, values.base, prefix: "critic/"),
        ])
        let second = Owned(1, layout.count)
        try Safetensors.decode(both).copy(layout, prefix: "critic/", into: second.base)
        #expect(second.values == values.values)
    }

    @Test("every truncation of a file is an error")
    func truncations() {
        let bytes = sample().bytes
        for count in 0..<bytes.count {
            #expect(throws: SafetensorsError.self) {
                try Safetensors.decode(Array(bytes[..<count]))
            }
        }
        #expect(throws: SafetensorsError.trailingBytes(bytes: 1)) {
            try Safetensors.decode(bytes + [0])
        }
    }

    @Test("a flipped bit anywhere in the header never crashes, and never reaches beyond the file")
    func flips() {
        let bytes = sample().bytes
        let dataBytes = 9 * 4
        for index in 0..<bytes.count - dataBytes {
            for bit in 0..<8 {
                var bad = bytes
                bad[index] ^= 1 << bit
                guard let file = try? Safetensors.decode(bad) else { continue }
                #expect(file.tensors.allSatisfy { $0.byteRange.upperBound <= bad.count })
            }
        }
    }

    @Test("a file with the layout that Python writes is read")
    func python() throws {
        // safetensors.numpy.save: sorted by alignment, padded with spaces, metadata first.
        let header =
            #"{"__metadata__":{"format":"np"},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
            + #""h":{"dtype":"F16","shape":[3],"data_offsets":[16,22]},"#
            + #""b\u00fc\ud83d\ude00":{"shape":[2],"dtype":"U8","data_offsets":[22,24]}}   "#
        var bytes = file(header)
        for v in [Float(1), -2.5, 3.25, 0] {
            withUnsafeBytes(of: v.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes += [0, 0x3C, 0, 0x40, 0, 0x42, 7, 9]
        let read = try Safetensors.decode(bytes)
        #expect(read.text("format") == "np")
        #expect(read.tensors.map(\.name) == ["w", "h", "bü😀"])
        #expect(read.tensor("h")?.type == .float16)
        let target = Owned(1, 4)
        try read.copy("w", shape: [2, 2], into: target.base)
        #expect(target.values == [1, -2.5, 3.25, 0])
        #expect(throws: SafetensorsError.wrongType(tensor: "h", found: "F16", expected: "F32")) {
            try read.copy("h", shape: [3], into: target.base)
        }
        #expect(throws: SafetensorsError.wrongShape(tensor: "w", found: [2, 2], expected: [4])) {
            try read.copy("w", shape: [4], into: target.base)
        }
        #expect(throws: SafetensorsError.missing(tensor: "x")) {
            try read.copy("x", shape: [4], into: target.base)
        }
    }

    private func tensor(_ name: String, _ shape: String, _ start: Int, _ end: Int) -> String {
        "\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
    }

    @Test("each lie of a header is named")
    func lies() {
        expect(.tooShort(bytes: 7), Array(repeating: 0, count: 7))
        expect(
            .headerTooLong(bytes: .max, limit: 4 << 20), file("{}", length: .max))
        expect(.headerBeyondFile(bytes: 3, available: 2), file("{}", length: 3))
        expect(.notAnObject(offset: 8), file("[]"))
        expect(.notAnObject(offset: 8), file(""))
        expect(.malformedHeader(offset: 10, expected: "the end of the header"), file("{}x"))
        expect(.malformedHeader(offset: 9, expected: "'\"'"), file("{1}"))
        expect(
            .overlap(tensor: "b", with: "a"),
            file("{\(tensor("a", "[2]", 0, 8)),\(tensor("b", "[2]", 4, 12))}", data: 12))
        expect(
            .hole(before: "b", bytes: 4),
            file("{\(tensor("a", "[1]", 0, 4)),\(tensor("b", "[1]", 8, 12))}", data: 12))
        expect(.hole(before: "a", bytes: 4), file("{\(tensor("a", "[1]", 4, 8))}", data: 8))
        expect(.trailingBytes(bytes: 4), file("{\(tensor("a", "[1]", 0, 4))}", data: 8))
        expect(
            .beyondFile(tensor: "a", end: 8, available: 4),
            file("{\(tensor("a", "[2]", 0, 8))}", data: 4))
        expect(
            .wrongSize(tensor: "a", bytes: 8, expected: 12),
            file("{\(tensor("a", "[3]", 0, 8))}", data: 8))
        expect(
            .sizeOverflow(tensor: "a"),
            file("{\(tensor("a", "[4611686018427387904,4]", 0, 8))}", data: 8))
        expect(
            .wrongOffsets(tensor: "a", offsets: [8, 0]),
            file("{\(tensor("a", "[2]", 8, 0))}", data: 8))
        expect(
            .wrongOffsets(tensor: "a", offsets: [0]),
            file(#"{"a":{"dtype":"F32","shape":[],"data_offsets":[0]}}"#, data: 4))
        expect(
            .tooManyDimensions(tensor: "a", limit: 8),
            file("{\(tensor("a", "[1,1,1,1,1,1,1,1,1]", 0, 4))}", data: 4))
        expect(
            .tooManyTensors(limit: 1),
            file("{\(tensor("a", "[1]", 0, 4)),\(tensor("b", "[1]", 4, 8))}", data: 8),
            limits: Safetensors.Limits(tensors: 1))
        expect(
            .duplicateKey(key: "a", offset: 62),
            file("{\(tensor("a", "[1]", 0, 4)),\(tensor("a", "[1]", 4, 8))}", data: 8))
        expect(
            .unknownType(tensor: "a", type: "F33"),
            file(#"{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#, data: 4))
        expect(
            .missingField(tensor: "a", field: "shape"),
            file(#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, data: 4))
        expect(
            .unknownField(tensor: "a", field: "strides"),
            file(#"{"a":{"dtype":"F32","strides":[1]}}"#, data: 4))
    }

    @Test("numbers and strings outside the format are refused where they stand")
    func malformed() {
        for (header, offset) in [
            (#"{"a":{"shape":[-1]}}"#, 23), (#"{"a":{"shape":[1.5]}}"#, 24),
            (#"{"a":{"shape":[01]}}"#, 23), (#"{"a":{"shape":[99999999999999999999]}}"#, 23),
            (#"{"a":{"shape":[1e3]}}"#, 24), (#"{"\ud800":{}}"#, 10), (#"{"\x":{}}"#, 10),
            (#"{"a":{},}"#, 16),
        ] {
            do {
                _ = try Safetensors.decode(file(header))
                Issue.record("accepted \(header)")
            } catch {
                switch error {
                case .malformedHeader(let found, _): #expect(found == offset, "\(header)")
                case .missingField: #expect(offset == 16)
                default: Issue.record("\(header): \(error)")
                }
            }
        }
        var invalid = file(#"{"x":{}}"#)
        invalid[10] = 0xFF
        expect(.malformedHeader(offset: 10, expected: "UTF-8"), invalid)
    }
}
