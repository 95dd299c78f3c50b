import Neural

/// The two layers that make a time's features its embedding, D → 2D, swish, → D; `Learning/Algorithm.md` 4.2, item 2.
struct TimeEmbedding: Sendable {
    /// D.
    let width: Int
    private let wide: AffineSpec
    private let narrow: AffineSpec

    /// Appends the layers to a network's layout.
    init(width: Int, to layout: inout ParameterLayout) {
        self.width = width
        wide = layout.addAffine("time.in", width, 2 * width)
        narrow = layout.addAffine("time.out", 2 * width, width)
    }

    /// Features of n times and what is made of them; views into a scratch.
    struct Trace {
        /// [n, D], filled by whoever knows the times.
        let features: Matrix
        /// The swish's slope and result, [n, 2D].
        let slope: Matrix
        let active: Matrix
        /// [n, D].
        let embedding: Matrix
    }

    /// Room for n times.
    func trace(times: Int, scratch: Scratch) -> Trace {
        Trace(
            features: scratch.matrix(rows: times, columns: width),
            slope: scratch.matrix(rows: times, columns: 2 * width),
            active: scratch.matrix(rows: times, columns: 2 * width),
            embedding: scratch.matrix(rows: times, columns: width))
    }

    /// Fills fresh weights, orthogonal √2.
    func initialise(_ parameters: UnsafeMutablePointer<Float>, seeds: inout SeedSequence) {
        for affine in [wide, narrow] {
            affine.orthogonal(parameters, gain: Float(2).squareRoot(), key: seeds.next())
        }
    }

    /// Fills everything of the trace from its features.
    func forward(_ parameters: UnsafePointer<Float>, _ trace: Trace) {
        wide.forward(parameters, trace.features, into: trace.slope)
        Swish.forward(trace.slope, into: trace.active, slope: trace.slope)
        narrow.forward(parameters, trace.active, into: trace.embedding)
    }

    /// Adds the layers' gradients for ∂loss/∂embedding [n, D] and, where wanted, fills ∂loss/∂features [n, D].
    func backward(
        _ parameters: UnsafePointer<Float>, dEmbedding: Matrix, trace: Trace,
        into dFeatures: Matrix?, gradient: UnsafeMutablePointer<Float>, scratch: Scratch
    ) {
        let mark = scratch.mark()
        // ∂loss/∂(the wide layer), [n, 2D].
        let dWide = scratch.matrix(rows: dEmbedding.rows, columns: 2 * width)
        narrow.backward(
            parameters, dEmbedding, x: trace.active, into: dWide, gradient: gradient)
        Swish.backward(dWide, slope: trace.slope, into: dWide)
        wide.backward(parameters, dWide, x: trace.features, into: dFeatures, gradient: gradient)
        scratch.release(to: mark)
    }
}
