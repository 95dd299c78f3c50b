import Agent
import ArgumentParser
import Foundation
import Neural
import Platform
import Recipe
import Report

/// Everything one run measured.
struct Report {
    var preset: String
    /// Of the policy, as a launch file has it.
    var kind = PolicyKind.diffusion.rawValue
    var workers: Int
    /// Candidates are sampled in half precision.
    var isHalf = false
    var results: [Measurement] = []

    /// What ran, in a line.
    var title: String {
        let head =
            "preset \(preset), policy \(kind), \(workers) worker\(workers == 1 ? "" : "s"), "
            + "OpenBLAS kernels \(BLAS.coreName), own products \(BLAS.hasOwnKernel ? "yes" : "no")"
            + (isHalf ? ", sampling in half precision" : "")
        let columns =
            "workload".padded(to: 26)
            + ["min", "p50", "p99", "p99.9", "max"].map { $0.padded(to: 12) }.joined()
        return head + "\n" + columns
    }

    /// The whole as JSON.
    var value: JSONValue {
        .object([
            "preset": .string(preset), "policy": .string(kind), "workers": JSONValue(workers),
            "openblas_kernels": .string(BLAS.coreName),
            "openblas_build": .string(BLAS.configuration),
            "own_products": .bool(BLAS.hasOwnKernel), "half_precision": .bool(isHalf),
            "peak_memory_bytes": .unsigned(Memory.peakBytes),
            "results": .array(results.map(\.value)),
        ])
    }

    /// Reads a JSON file.
    static func read(_ path: String) throws -> JSONValue {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) cannot be read.")
        }
        do { return try JSONDecoder().decode(JSONValue.self, from: data) } catch {
            throw ValidationError("\(path) is not JSON.")
        }
    }

    /// The median milliseconds of a workload in an earlier run's output.
    static func median(of name: String, in report: JSONValue?) -> Double? {
        guard case .object(let members) = report, case .array(let rows) = members["results"] else {
            return nil
        }
        for case .object(let row) in rows where row["name"] == .string(name) {
            return row["p50"]?.asNumber
        }
        return nil
    }

    /// The median milliseconds of the same work in the PyTorch program's output.
    static func peerMedian(of name: String, in report: JSONValue?) -> Double? {
        let keys = [
            "act": "act_ms", "critic": "critic_update_ms", "distill": "distill_update_ms",
        ]
        guard case .object(let members) = report, let key = keys[name],
            case .object(let figures) = members[key]
        else { return nil }
        return figures["median"]?.asNumber
    }
}

extension JSONValue {
    fileprivate var asNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
