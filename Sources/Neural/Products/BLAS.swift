internal import COpenBLAS

/// The door to OpenBLAS: single-threaded matrix products.
///
/// Any thread may call, each on its own output. Nothing here allocates after OpenBLAS has made its per-thread buffer
/// at a thread's first product.
public enum BLAS {
    /// Confines OpenBLAS to the calling thread, once; every product makes sure of it.
    public static func prepare() { precondition(prepared) }

    private static let prepared: Bool = {
        openblas_set_num_threads(1)
        return true
    }()

    /// The name of the processor family whose kernels OpenBLAS has chosen.
    public static var coreName: String {
        prepare()
        guard let name = openblas_get_corename() else { return "unknown" }
        return String(cString: name)
    }

    /// What OpenBLAS says of its version and build.
    public static var configuration: String {
        guard let text = openblas_get_config() else { return "unknown" }
        return String(cString: text)
    }

    /// Multiplies two matrices: c = scale · op(a) · op(b), or c += the same.
    ///
    /// - Parameters:
    ///   - a: [N, K], or [K, N] when transposed.
    ///   - b: [K, M], or [M, K] when transposed.
    ///   - c: [N, M]; must not overlap a or b.
    ///   - accumulate: whether to add to what `c` holds.
    public static func multiply(
        _ a: Matrix, transposeA: Bool = false, _ b: Matrix, transposeB: Bool = false,
        into c: Matrix, accumulate: Bool = false, scale: Float = 1
    ) {
        precondition(prepared)
        let n = c.rows
        let m = c.columns
        let k = transposeA ? a.rows : a.columns
        precondition(
            (transposeA ? a.columns : a.rows) == n && (transposeB ? b.columns : b.rows) == k
                && (transposeB ? b.rows : b.columns) == m, "shapes do not fit")
        guard n > 0, m > 0 else { return }
        let beta: Float = accumulate ? 1 : 0
        guard k > 0 else {
            if !accumulate { c.fill(0) }
            return
        }
        if n == 1 {
            // A row vector times op(b): cᵀ = op(b)ᵀ · aᵀ.
            cblas_sgemv(
                CblasRowMajor, transposeB ? CblasNoTrans : CblasTrans, Int32(b.rows),
                Int32(b.columns), scale, b.base, Int32(b.stride), a.base,
                transposeA ? Int32(a.stride) : 1, beta, c.base, 1)
        } else if m == 1 {
            cblas_sgemv(
                CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, Int32(a.rows),
                Int32(a.columns), scale, a.base, Int32(a.stride), b.base,
                transposeB ? 1 : Int32(b.stride), beta, c.base, Int32(c.stride))
        } else {
            cblas_sgemm(
                CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
                transposeB ? CblasTrans : CblasNoTrans, Int32(n), Int32(m), Int32(k), scale,
                a.base, Int32(a.stride), b.base, Int32(b.stride), beta, c.base, Int32(c.stride))
        }
    }
}
