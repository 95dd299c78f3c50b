import Agent
import ArgumentParser
import Bridge
import Configuration
import Embodiment
import Experience
import Foundation
import Neural
import Platform
import Report

/// Everything of Hone that reads bytes somebody else wrote.
enum FuzzTarget: String, CaseIterable, ExpressibleByArgument {
    case frame
    case message
    case yaml
    case weights
    case log
    case report

    /// The longest input that is tried: a parser's work grows with it, its branches hardly do.
    var longestInput: Int {
        switch self {
        case .frame: 512
        case .message, .weights: 2048
        case .report, .log: 4096
        case .yaml: 8192
        }
    }

    /// Reads one input: what is wrong with it must come back as an error, and nothing else may happen.
    func read(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .frame: readFrame(bytes)
        case .message:
            let data = Data(bytes)
            _ = try? JSONDecoder().decode(Numbered<AgentMessage>.self, from: data)
            _ = try? JSONDecoder().decode(Numbered<BridgeMessage>.self, from: data)
        case .yaml:
            _ = try? RobotFile.read(text: String(decoding: bytes, as: UTF8.self), named: "fuzzed")
        case .weights: _ = try? Safetensors.decode(Array(bytes))
        case .log:
            let reader = SessionLogReader(Array(bytes))
            _ = try? reader.records { _, _ in }
            _ = try? reader.episodes { _ in }
        case .report: _ = try? SessionReport(json: Data(bytes))
        }
    }

    /// A frame is first read as it is, then with a length and a checksum that are right: they are no lock.
    private func readFrame(_ bytes: UnsafeRawBufferPointer) {
        guard let shape = bytes.first else { return }
        let axes = Int(shape & 0x0f) + 1
        let features = Int(shape >> 4)
        var frame = Array(bytes.dropFirst())
        decode(frame, axes, features)
        guard frame.count >= 48 else { return }
        func put(_ word: UInt32, at offset: Int) {
            for byte in 0..<4 {
                frame[offset + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte))
            }
        }
        put(UInt32(frame.count), at: 40)
        put(CRC32.checksum(Array(frame.dropLast(4))), at: frame.count - 4)
        decode(frame, axes, features)
    }

    private func decode(_ frame: [UInt8], _ axes: Int, _ features: Int) {
        var command = Command(axes: axes)
        var sample = SensorSample(axes: axes, features: features)
        frame.withUnsafeBytes { bytes in
            try? CommandCodec(axes: axes).decode(bytes, into: &command)
            try? SampleCodec(axes: axes, features: features).decode(bytes, into: &sample)
        }
    }
}
