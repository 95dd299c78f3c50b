import Embodiment
import Testing

@testable import Bridge

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Codecs")
struct CodecTests {
    static let sizes = [(1, 0), (2, 1), (7, 13), (Capacity.axes, Capacity.features)]

    @Test("bring every field of a sample back", arguments: sizes)
    func sampleRoundTrip(axes: Int, features: Int) throws {
        let codec = SampleCodec(axes: axes, features: features)
        for stop in BridgeStop.allCases {
            for flags in 0..<32 {
                var sample = SensorSample(axes: axes, features: features)
                sample.session = .max - 1
                sample.epoch = .max
                sample.sequence = 1 << 60
                sample.bootID = 77
                sample.sendNanoseconds = 5
                sample.captureNanoseconds = 4
                sample.acknowledgedCommand = 3
                sample.episode = 2
                sample.stop = stop
                sample.isSuccess = flags & 1 != 0
                sample.isTerminal = flags & 2 != 0
                sample.isTruncated = flags & 16 != 0
                sample.isEnabled = flags & 4 != 0
                sample.hasOperatorAction = flags & 8 != 0
                sample.buttons = OperatorButtons(rawValue: UInt8(truncatingIfNeeded: 3 * flags))
                    .intersection(.all)
                for axis in 0..<axes {
                    sample.position[axis] = 0.1 * Double(axis) - 1e300
                    sample.velocity[axis] = -Double(axis) / 3
                    sample.operatorAction[axis] = Double(Float(axis) / 16 - 0.3)
                }
                for index in 0..<features { sample.features[index] = Float(index) / 7 - 9 }
                #expect(try codec.read(codec.bytes(sample)) == sample)
            }
        }
    }

    @Test("bring every field of a command back", arguments: [1, 2, 7, Capacity.axes])
    func commandRoundTrip(axes: Int) throws {
        let codec = CommandCodec(axes: axes)
        var command = Command(axes: axes)
        command.session = .max
        command.epoch = 9
        command.sequence = .max
        command.sendNanoseconds = 12
        command.validityMicroseconds = .max
        command.basedOnSample = 13
        for axis in 0..<axes {
            command.position[axis] = Double(axis) / 3
            command.velocity[axis] = -.leastNonzeroMagnitude * Double(axis)
        }
        #expect(try codec.read(codec.bytes(command)) == command)
    }

    @Test("refuse every truncation and extension")
    func lengths() throws {
        let (samples, commands) = (SampleCodec(axes: 2, features: 1), CommandCodec(axes: 2))
        let sample = samples.bytes(Golden.sample)
        let command = commands.bytes(Golden.command)
        for count in 0..<sample.count {
            let error = #expect(throws: WireError.self) {
                try samples.read(Array(sample[..<count]))
            }
            #expect(
                error
                    == (count < 84
                        ? .tooShort(byteCount: count, minimum: 84)
                        : .lengthMismatch(stated: UInt32(sample.count), received: count)))
        }
        for count in 0..<command.count {
            let error = #expect(throws: WireError.self) {
                try commands.read(Array(command[..<count]))
            }
            #expect(
                error
                    == (count < 68
                        ? .tooShort(byteCount: count, minimum: 68)
                        : .lengthMismatch(stated: UInt32(command.count), received: count)))
        }
        #expect(throws: WireError.self) { try samples.read(sample + [0]) }
        #expect(throws: WireError.self) { try commands.read(command + command) }
    }

    @Test("refuse every single flipped bit")
    func bitFlips() throws {
        let (samples, commands) = (SampleCodec(axes: 2, features: 1), CommandCodec(axes: 2))
        var kinds: Set<String> = []
        func note(_ error: WireError?) {
            if let error { kinds.insert(String("\(error)".prefix(24))) }
        }
        var sample = samples.bytes(Golden.sample)
        for bit in 0..<(8 * sample.count) {
            sample[bit / 8] ^= 1 << (bit % 8)
            note(#expect(throws: WireError.self, "bit \(bit)") { try samples.read(sample) })
            sample[bit / 8] ^= 1 << (bit % 8)
        }
        var command = commands.bytes(Golden.command)
        for bit in 0..<(8 * command.count) {
            command[bit / 8] ^= 1 << (bit % 8)
            note(#expect(throws: WireError.self, "bit \(bit)") { try commands.read(command) })
            command[bit / 8] ^= 1 << (bit % 8)
        }
        #expect(try samples.read(sample) == Golden.sample)
        // Magic, version, kind, flags, sizes, length, reserved and checksum were all hit.
        #expect(kinds.count >= 8)
    }

    /// Changes bytes and makes the checksum right again.
    static func forge(_ bytes: [UInt8], _ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes = Array(bytes.dropLast(4))
        change(&bytes)
        let crc = checksum(bytes)
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: crc >> (8 * $0)) }
    }

    @Test("refuse lies with a correct checksum by name")
    func lies() throws {
        let codec = SampleCodec(axes: 2, features: 1)
        let golden = codec.bytes(Golden.sample)
        func expect(_ error: WireError, _ change: (inout [UInt8]) -> Void) {
            #expect(throws: error) { try codec.read(Self.forge(golden, change)) }
        }
        expect(.badMagic(found: 0x454E_4F47)) { $0[0] = 0x47 }
        expect(.unsupportedVersion(found: 2)) { $0[4] = 2 }
        expect(.wrongKind(found: 2, expected: .sample)) { $0[5] = 2 }
        expect(.unknownFlags(found: 0x40C)) { $0[7] |= 0x04 }
        expect(
            .sizesMismatch(axes: 0xFF02, features: 1, expectedAxes: 2, expectedFeatures: 1)
        ) { $0[9] = 0xFF }
        expect(
            .sizesMismatch(axes: 2, features: 0xFFFF, expectedAxes: 2, expectedFeatures: 1)
        ) { ($0[10], $0[11]) = (0xFF, 0xFF) }
        expect(.lengthMismatch(stated: 0x8000_0080, received: 128)) { $0[43] = 0x80 }
        expect(.lengthMismatch(stated: 132, received: 128)) { $0[40] = 132 }
        expect(.layoutMismatch(stated: 132, computed: 128, axes: 2, features: 1)) {
            $0 += [0, 0, 0, 0]
            $0[40] = 132
        }
        expect(.reservedNotZero(offset: 44)) { $0[47] = 1 }
        expect(.reservedNotZero(offset: 78)) { $0[78] = 1 }
        expect(.unknownStop(found: 6)) { $0[76] = 6 }
        // One second beyond the send time, which is 1 s: 0x77359400 ns.
        expect(.capturedLater(nanoseconds: 1_000_000_000)) {
            $0.replaceSubrange(56..<60, with: [0x00, 0x94, 0x35, 0x77])
        }
        let commands = CommandCodec(axes: 2)
        let command = commands.bytes(Golden.command)
        #expect(throws: WireError.reservedNotZero(offset: 52)) {
            try commands.read(Self.forge(command) { $0[52] = 1 })
        }
        #expect(throws: WireError.unknownFlags(found: 1)) {
            try commands.read(Self.forge(command) { $0[6] = 1 })
        }
        #expect(
            throws: WireError.sizesMismatch(
                axes: 2, features: 1, expectedAxes: 2, expectedFeatures: 0)
        ) { try commands.read(Self.forge(command) { $0[10] = 1 }) }
        #expect(throws: WireError.wrongKind(found: 1, expected: .command)) {
            try commands.read(golden)
        }
    }

    @Test(
        "refuse every number that is not finite, wherever it stands",
        arguments: [Double.nan, .infinity, -.infinity, .signalingNaN])
    func notFinite(value: Double) throws {
        let (samples, commands) = (SampleCodec(axes: 2, features: 1), CommandCodec(axes: 2))
        for slot in 0..<7 {
            var sample = Golden.sample
            switch slot {
            case 0, 1: sample.position[slot] = value
            case 2, 3: sample.velocity[slot - 2] = value
            case 4, 5: sample.operatorAction[slot - 4] = value
            default: sample.features[0] = Float(value)
            }
            let fields: [SampleField] = [.position, .velocity, .operatorAction, .feature]
            #expect(throws: WireError.notFinite(fields[slot / 2], index: slot % 2)) {
                try samples.read(samples.bytes(sample))
            }
        }
        for slot in 0..<4 {
            var command = Golden.command
            if slot < 2 {
                command.position[slot] = value
            } else {
                command.velocity[slot - 2] = value
            }
            #expect(throws: WireError.notFinite(slot < 2 ? .position : .velocity, index: slot % 2))
            {
                try commands.read(commands.bytes(command))
            }
        }
    }
}
