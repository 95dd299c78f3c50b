import Foundation
import Learning
import Neural
import Platform
import Report

/// `hone weights`: what a weight file holds.
public enum WeightsCommand {
    /// Prints every tensor of a safetensors file: name, type, shape, least and largest number.
    ///
    /// - Parameters:
    ///   - path: a file, or a session directory, whose newest checkpoint is shown.
    ///   - json: one object instead of a table.
    /// - Throws: `CheckpointError` when there is none or it is not what it claims to be.
    public static func show(_ path: String, json: Bool) throws {
        let (file, bytes) = try NewestLearner.read(path)
        let content: Safetensors
        do throws(SafetensorsError) { content = try WeightFile.decode(bytes) } catch {
            throw CheckpointError.unfit(file, "\(error)")
        }
        var table = TextTable([
            .init(head: "tensor", isRight: false), .init(head: "type", isRight: false),
            .init(head: "shape", isRight: false), .init(head: "least"), .init(head: "largest"),
            .init(head: "not finite"),
        ])
        var values: [JSONValue] = []
        for tensor in content.tensors {
            let range = Range32(tensor, in: content)
            table.add([
                tensor.name.printable, tensor.type.rawValue,
                "[" + tensor.shape.map { "\($0)" }.joined(separator: ", ") + "]",
                range.map { NumberText.short(Double($0.least)) } ?? "–",
                range.map { NumberText.short(Double($0.most)) } ?? "–",
                range.map { "\($0.notFinite)" } ?? "–",
            ])
            values.append(
                .object([
                    "name": .string(tensor.name), "type": .string(tensor.type.rawValue),
                    "shape": .array(tensor.shape.map { JSONValue($0) }),
                    "least": range.map { JSONValue($0.least) } ?? .null,
                    "largest": range.map { JSONValue($0.most) } ?? .null,
                    "not_finite": range.map { JSONValue($0.notFinite) } ?? .null,
                ]))
        }
        let texts = content.metadata.map { ($0.key, JSONValue.string($0.value)) }
        if json {
            let object = JSONValue.object([
                "file": .string(file), "tensors": .array(values),
                "metadata": .object(Dictionary(texts) { _, last in last }),
            ])
            return Terminal.writeToStandardOutput(object.pretty + "\n")
        }
        let count = content.tensors.reduce(0) { $0 + $1.count }
        Terminal.writeToStandardOutput(
            "\(file.printable): \(content.tensors.count) tensors, \(count) numbers\n")
        for (key, value) in content.metadata {
            Terminal.writeToStandardOutput("  \(key.printable): \(value.printable)\n")
        }
        Terminal.writeToStandardOutput("\n" + table.text)
    }

    /// The range of a tensor of 32-bit floats; nil for other types and for none.
    private struct Range32 {
        var least = Float.infinity
        var most = -Float.infinity
        var notFinite = 0

        init?(_ tensor: Safetensors.Tensor, in file: Safetensors) {
            guard tensor.type == .float32, tensor.count > 0 else { return nil }
            let numbers = [Float](unsafeUninitializedCapacity: tensor.count) { buffer, count in
                guard let base = buffer.baseAddress else { return }
                // The tensor is the file's own: its shape and type are right.
                guard (try? file.copy(tensor.name, shape: tensor.shape, into: base)) != nil else {
                    return
                }
                count = tensor.count
            }
            for number in numbers {
                if number.isFinite {
                    least = min(least, number)
                    most = max(most, number)
                } else {
                    notFinite += 1
                }
            }
        }
    }
}
