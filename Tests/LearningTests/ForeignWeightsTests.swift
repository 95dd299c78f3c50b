import Embodiment
import Foundation
import Models
import Neural
import Recipe
import Testing

@testable import Learning
@testable import TestSupport

/// Weights of the official PA-RL release through `launch/weights/convert_parl`, against the same networks in NumPy.
@Suite("Foreign weights", .enabled(if: ConverterPython.isThere))
struct ForeignWeightsTests {
    @Test(
        "A converted checkpoint acts and values as the networks it comes from",
        arguments: [1, 2, 3] as [UInt64])
    func converted(seed: UInt64) throws {
        let folder = try ForeignWeights.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let key = RandomKey(seed: seed, stream: 9, step: 4)
        let noise = ForeignWeights.noise(key)
        let bits = noise.withUnsafeBytes { Data($0) }
        try bits.write(to: URL(fileURLWithPath: folder + "/noise"))
        let printed = try ForeignWeights.run(folder, seed: seed)
        let numbers = printed.split(whereSeparator: \.isWhitespace).compactMap { Float($0) }
        let (observed, axes) = (ForeignWeights.observed, ForeignWeights.axes)
        try #require(numbers.count == observed + 2 * axes + 1, "seed \(seed): \(printed)")

        let settings = ForeignWeights.settings
        let learner = Learner(
            observationCount: observed, actionCount: axes, settings: settings, seed: 0, workers: 1)
        defer { learner.stop() }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/converted.safetensors"))
        try learner.restore([UInt8](bytes))
        var snapshot = [Float](repeating: 0, count: learner.snapshotCount)
        snapshot.withUnsafeMutableBufferPointer { learner.writeSnapshot(into: $0) }
        let actor = Actor(observationCount: observed, actionCount: axes, settings: settings)
        snapshot.withUnsafeBufferPointer { actor.load($0) }

        let observation = Observation(Array(numbers[..<observed]))
        let action = Action(numbers[observed..<observed + axes].map { Double($0) })
        let value = actor.value(of: action, on: observation)
        let sampled = actor.act(on: observation, mode: .policy, key: key)
        // Float against double precision through six layers, twice five times: a few 1e-5 of the range.
        #expect(abs(value - numbers[observed + axes]) < 2e-3, "seed \(seed)")
        for axis in 0..<axes {
            let expected = Double(numbers[observed + axes + 1 + axis])
            #expect(abs(sampled[axis] - expected) < 2e-4, "seed \(seed), axis \(axis)")
        }
    }
}

/// What the test and its Python side agree on.
enum ForeignWeights {
    static let observed = 6
    static let axes = 3
    private static let root = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../..").standardized.path

    /// The published algorithm on networks that cost nothing.
    static var settings: AlgorithmSettings {
        var settings = AlgorithmSettings.paper
        settings.policy = .diffusion(DiffusionSettings(hidden: 16, blocks: 2, timeDimension: 8))
        settings.critic.hidden = 24
        settings.critic.layers = 3
        settings.critic.ensembleSize = 3
        settings.critic.bins = 12
        return settings
    }

    /// A sampler's normal numbers: the start, then the steps from 1 on; [T, A].
    static func noise(_ key: RandomKey) -> [Float] {
        let steps = DiffusionSettings().diffusionSteps
        var numbers = [Float](repeating: 0, count: steps * axes)
        numbers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for step in 0..<steps {
                key.fillNormal(base + step * axes, count: axes, row: UInt64(step))
            }
        }
        return numbers
    }

    static func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Makes a checkpoint of the release's shapes, converts it, and prints observation, action, its value, a sample.
    static func run(_ folder: String, seed: UInt64) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(ConverterPython.path))
        process.arguments = ["-c", script, root + "/launch/weights", folder, "\(seed)"]
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let words = String(decoding: said, as: UTF8.self)
        try #require(process.terminationStatus == 0, "seed \(seed): \(words)")
        return String(decoding: text, as: UTF8.self)
    }

    private static let script = """
        import subprocess, sys, numpy as np
        weights, folder, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
        rng = np.random.default_rng(seed)
        O, A, T, H, B, E, HC, L, BINS, STEPS = 6, 3, 8, 16, 2, 3, 24, 3, 12, 5
        def dense(name, i, o, *lead):
            return {name + "/kernel": rng.normal(0, 1 / np.sqrt(i), (*lead, i, o)), name + "/bias": rng.normal(0, .3, (*lead, o))}
        def norm(name, n, *lead):
            return {name + "/scale": rng.normal(1, .3, (*lead, n)), name + "/bias": rng.normal(0, .3, (*lead, n))}
        def policy():
            a = "modules_actor/"
            p = {a + "time_preprocess/kernel": rng.normal(0, .2, (T // 2, 1))}
            p |= dense(a + "cond_encoder/Dense_0", T, 2 * T) | dense(a + "cond_encoder/Dense_1", 2 * T, T)
            p |= dense(a + "reverse_network/Dense_0", T + O + A, H) | dense(a + "reverse_network/Dense_1", H, A)
            # Small enough that not every sample ends at the clip.
            p[a + "reverse_network/Dense_1/kernel"] *= .4
            for b in range(B):
                n = a + f"reverse_network/MLPResNetBlock_{b}/"
                p |= norm(n + "LayerNorm_0", H) | dense(n + "Dense_0", H, 4 * H) | dense(n + "Dense_1", 4 * H, H)
            return p
        def critic():
            p = dense("modules_critic/Dense_0", HC, BINS)
            for l in range(L):
                n = "modules_critic/network/"
                p |= dense(n + f"Dense_{l}", O + A if l == 0 else HC, HC, E) | norm(n + f"LayerNorm_{l}", HC, E)
            return p
        sets = {}
        for name, make in (("policy", policy), ("critic", critic)):
            sets[name] = {part: {k: v.astype(np.float32) for k, v in make().items()} for part in ("params", "target_params")}
            leaves = {f"state/{part}/{k}": v for part, p in sets[name].items() for k, v in p.items()}
            np.savez(f"{folder}/{name}.npz", **leaves, **{"state/step": np.array(7)})
        def convert(p, c, out):
            return subprocess.run([sys.executable, weights + "/convert_parl.py", "--policy", p, "--critic", c,
                "--output", out], capture_output=True, text=True)
        out = convert(folder + "/policy.npz", folder + "/critic.npz", folder + "/converted.safetensors")
        assert out.returncode == 0, out.stderr
        assert f"{O} observed scalars and {A} axes" in out.stdout and "policy.hidden=16" in out.stdout, out.stdout
        wrong = convert(folder + "/critic.npz", folder + "/critic.npz", folder + "/wrong.safetensors")
        assert wrong.returncode == 65 and "modules_actor" in wrong.stderr, wrong.stderr
        again = convert(folder + "/policy.npz", folder + "/critic.npz", folder + "/converted.safetensors")
        assert again.returncode == 65, again.stderr

        # The same networks in double precision, after the published description.
        f64 = lambda p: {k: v.astype(np.float64) for k, v in p.items()}
        swish = lambda x: x / (1 + np.exp(-x))
        ln = lambda x, s, b: (x - x.mean()) / np.sqrt(x.var() + 1e-6) * s + b
        p, c = f64(sets["policy"]["target_params"]), f64(sets["critic"]["params"])
        on = lambda p, n, x: x @ p[n + "/kernel"] + p[n + "/bias"]
        obs, act = rng.normal(0, 1, O).astype(np.float32), rng.uniform(-1, 1, A).astype(np.float32)
        def score(t, x):
            a = "modules_actor/"
            f = 2 * np.pi * t * p[a + "time_preprocess/kernel"][:, 0]
            e = on(p, a + "cond_encoder/Dense_1", swish(on(p, a + "cond_encoder/Dense_0", np.concatenate([np.cos(f), np.sin(f)]))))
            h = on(p, a + "reverse_network/Dense_0", np.concatenate([e, obs, x]))
            for b in range(B):
                n = a + f"reverse_network/MLPResNetBlock_{b}/"
                h = h + on(p, n + "Dense_1", swish(on(p, n + "Dense_0", ln(h, p[n + "LayerNorm_0/scale"], p[n + "LayerNorm_0/bias"]))))
            return on(p, a + "reverse_network/Dense_1", swish(h))
        t = np.linspace(0, STEPS, STEPS + 1) / STEPS
        bar = np.cos((t + .008) / 1.008 * np.pi / 2) ** 2
        beta = np.clip(1 - bar[1:] / bar[:-1], 0, .999)
        hat = np.cumprod(1 - beta)
        noise = np.fromfile(folder + "/noise", "<f4").reshape(STEPS, A).astype(np.float64)
        x = noise[0]
        for s in reversed(range(STEPS)):
            x = (x - beta[s] / np.sqrt(1 - hat[s]) * score(s, x)) / np.sqrt(1 - beta[s])
            x = np.clip(x + (np.sqrt(beta[s]) * noise[s] if s > 0 else 0), -1, 1)
        edges = np.linspace(-100, 0, BINS + 1)
        q = 0
        for e in range(E):
            h = np.concatenate([obs, act]).astype(np.float64)
            for l in range(L):
                n = f"modules_critic/network/"
                h = h @ c[n + f"Dense_{l}/kernel"][e] + c[n + f"Dense_{l}/bias"][e]
                h = swish(ln(h, c[n + f"LayerNorm_{l}/scale"][e], c[n + f"LayerNorm_{l}/bias"][e]))
            z = np.exp(on(c, "modules_critic/Dense_0", h))
            q += (z / z.sum()) @ ((edges[:-1] + edges[1:]) / 2) / E
        print(*obs, *act, q, *x)
        """
}
