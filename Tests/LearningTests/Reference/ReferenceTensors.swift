import Neural

/// Tensors by name, in double precision, in no particular order.
struct ReferenceTensors {
    private(set) var values: [String: [Double]] = [:]

    /// Nothing.
    init() {}

    /// Zeros of the same names and sizes.
    init(zerosLike other: ReferenceTensors) {
        values = other.values.mapValues { Array(repeating: 0, count: $0.count) }
    }

    /// Every tensor of a file whose name begins with a prefix, named by what follows it.
    init(_ file: Safetensors, prefix: String) throws {
        for tensor in file.tensors where tensor.name.hasPrefix(prefix) {
            var floats = [Float](repeating: 0, count: tensor.count)
            try file.copy(tensor.name, shape: tensor.shape, into: &floats)
            values[String(tensor.name.dropFirst(prefix.count))] = floats.map(Double.init)
        }
    }

    /// The elements of a tensor that must be there.
    subscript(name: String) -> [Double] {
        get {
            guard let found = values[name] else { fatalError("no tensor \(name)") }
            return found
        }
        set { values[name] = newValue }
    }

    /// Adds to a tensor element by element.
    mutating func add(_ addend: [Double], to name: String) {
        precondition(values[name]?.count == addend.count, "\(name) has another size")
        values[name]?.withUnsafeMutableBufferPointer { sum in
            for index in addend.indices { sum[index] += addend[index] }
        }
    }
}

/// What one network learns with: parameters, their average, Adam's moments and its count of steps.
struct ReferenceWeights {
    var parameters: ReferenceTensors
    var averages: ReferenceTensors
    var firstMoments: ReferenceTensors
    var secondMoments: ReferenceTensors
    var step: Int

    /// Reads `critic` or `policy` from a learner's checkpoint.
    init(_ file: Safetensors, of network: String) throws {
        parameters = try ReferenceTensors(file, prefix: "\(network).parameters.")
        averages = try ReferenceTensors(file, prefix: "\(network).averages.")
        firstMoments = try ReferenceTensors(file, prefix: "\(network).first_moments.")
        secondMoments = try ReferenceTensors(file, prefix: "\(network).second_moments.")
        step = file.counter("\(network)_step")
    }

    /// One step of Adam as published, then θ̄ ← rate·θ + (1 − rate)·θ̄; `Learning/Algorithm.md` 3.6 and A6.
    mutating func apply(
        _ gradient: ReferenceTensors, learningRate: Double, averageRate: Double,
        mistake: ReferenceMistake?
    ) {
        let (beta1, beta2) = (asHeld(0.9), asHeld(0.999))
        let averageRate = mistake == .averageRate ? averageRate * 1.01 : averageRate
        step += 1
        var (correction1, correction2) = (1.0, 1.0)
        for _ in 0..<step {
            correction1 *= beta1
            correction2 *= beta2
        }
        if mistake == .biasNotCorrected { (correction1, correction2) = (0, 0) }
        for (name, slopes) in gradient.values {
            var (theta, average) = (parameters[name], averages[name])
            var (m, v) = (firstMoments[name], secondMoments[name])
            for index in slopes.indices {
                let g = slopes[index]
                m[index] = beta1 * m[index] + (1 - beta1) * g
                v[index] = beta2 * v[index] + (1 - beta2) * g * g
                let mean = m[index] / (1 - correction1)
                let square = v[index] / (1 - correction2)
                theta[index] -= learningRate * mean / (square.squareRoot() + 1e-8)
                average[index] = averageRate * theta[index] + (1 - averageRate) * average[index]
            }
            (parameters[name], averages[name]) = (theta, average)
            (firstMoments[name], secondMoments[name]) = (m, v)
        }
    }
}

/// A constant as the learner holds it, rounded to single precision: no rounding of its arithmetic.
func asHeld(_ constant: Double) -> Double { Double(Float(constant)) }

extension Safetensors {
    /// A counter of a checkpoint.
    func counter(_ key: String) -> Int {
        guard let text = text(key), let value = Int(text) else { fatalError("no counter \(key)") }
        return value
    }
}
