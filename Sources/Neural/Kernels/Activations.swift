/// The activation y = x · σ(x).
public enum Swish: Activation {
    @inline(always)
    static func value(_ x: Lanes) -> (value: Lanes, aid: Lanes) {
        let s = sigmoid(x)
        return (x * s, s)
    }

    @inline(always)
    static func slope(_ x: Lanes, value: Lanes, aid s: Lanes) -> Lanes {
        (s + value).addingProduct(-value, s)
    }

    /// Activates x [N, H] plus a bias.
    ///
    /// - Parameters:
    ///   - bias: [H]; nothing for none.
    ///   - y: [N, H]; may be x.
    ///   - slope: dy/dx [N, H] for the backward pass; may be x if y is not.
    public static func forward(
        _ x: Matrix, bias: UnsafePointer<Float>? = nil, into y: Matrix, slope: Matrix? = nil
    ) { activate(x, bias: bias, into: y, slope: slope) }

    /// dX = dY ⊙ slope, all [N, H], and adds dX's rows to a bias' gradient [H]; dX may be dY.
    public static func backward(
        _ dY: Matrix, slope: Matrix, into dX: Matrix, dBias: UnsafeMutablePointer<Float>? = nil
    ) { propagate(dY, slope: slope, into: dX, dBias: dBias) }
}
