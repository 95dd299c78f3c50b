/// The activation y = ½x(1 + tanh u), u = √(2/π)(x + 0.044715x³), of transformers.
///
/// As ½(1 + tanh u) = σ(2u), that is x · σ(2u). Hendrycks and Gimpel, arXiv 1606.08415, section 2, in the form with tanh.
public enum GELU: Activation {
    /// √(2/π) · 2: of 2u, and of its slope.
    @inline(always) private static var twice: Float { 1.595_769_1 }

    @inline(always)
    static func value(_ x: Lanes) -> (value: Lanes, aid: Lanes) {
        let inner = Lanes(repeating: 1).addingProduct(x * x, Lanes(repeating: 0.044_715))
        let s = sigmoid(x * inner * Lanes(repeating: twice))
        return (x * s, s)
    }

    @inline(always)
    static func slope(_ x: Lanes, value: Lanes, aid s: Lanes) -> Lanes {
        // s + x · s(1 − s) · d(2u)/dx.
        let rise = Lanes(repeating: twice).addingProduct(
            x * x, Lanes(repeating: twice * 3 * 0.044_715))
        return s.addingProduct(value.addingProduct(-value, s), rise)
    }

    /// Activates x [N, H] plus a bias; as `Swish.forward`.
    public static func forward(
        _ x: Matrix, bias: UnsafePointer<Float>? = nil, into y: Matrix, slope: Matrix? = nil
    ) { activate(x, bias: bias, into: y, slope: slope) }

    /// dX = dY ⊙ slope, and adds dX's rows to a bias' gradient; as `Swish.backward`.
    public static func backward(
        _ dY: Matrix, slope: Matrix, into dX: Matrix, dBias: UnsafeMutablePointer<Float>? = nil
    ) { propagate(dY, slope: slope, into: dX, dBias: dBias) }
}
