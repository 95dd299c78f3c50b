internal import CKernels
internal import COpenBLAS

/// Matrix products on the calling thread: OpenBLAS, or `products.h` where that is faster.
///
/// On processors with 512-bit vectors our own kernel reads small factors in place, where OpenBLAS copies both first; on
/// other processors OpenBLAS makes everything.
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

    /// Whether this build has its own kernel beside OpenBLAS.
    public static var hasOwnKernel: Bool { hone_has_products() != 0 }

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
        guard k > 0 else {
            if !accumulate { c.fill(0) }
            return
        }
        if ProductTally.isCounting {
            ProductTally.count(
                ProductShape(
                    rows: n, columns: m, depth: k, transposeA: transposeA, transposeB: transposeB,
                    accumulate: accumulate))
        }
        if scale == 1, suitsOwnKernel(n, m, k) {
            ownProduct(a, transposeA, b, transposeB, into: c, accumulate)
        } else {
            library(a, transposeA, b, transposeB, into: c, accumulate, scale)
        }
    }

    /// Whether our own kernel is to make a product: all but those of a single row or column, or beyond the cache.
    ///
    /// OpenBLAS is somewhat faster at some narrow or shallow ones, but allocates for them at every call.
    private static func suitsOwnKernel(_ n: Int, _ m: Int, _ k: Int) -> Bool {
        hone_has_products() != 0 && n > 1 && m > 1 && max(n * k, k * m, n * m) <= cached
    }

    /// Elements of a matrix that a second-level cache holds, 2 MiB.
    private static let cached = 1 << 19

    /// The product by our own kernel.
    private static func ownProduct(
        _ a: Matrix, _ transposeA: Bool, _ b: Matrix, _ transposeB: Bool, into c: Matrix,
        _ accumulate: Bool
    ) {
        hone_product(
            a.base, a.stride, transposeA ? 1 : 0, b.base, b.stride, transposeB ? 1 : 0, c.base,
            c.stride, c.rows, c.columns, transposeA ? a.rows : a.columns, accumulate ? 1 : 0, nil,
            0, 0)
    }

    /// Multiplies two matrices onto shared rows: row r of c is row r / copies of `start`, plus that of a · b.
    ///
    /// - Parameters:
    ///   - a: [N, K].
    ///   - b: [K, M].
    ///   - start: [N / copies, M].
    ///   - copies: neighbouring rows of c that share a row of `start`; at least 1.
    ///   - c: [N, M]; must not overlap the others.
    public static func multiply(
        _ a: Matrix, _ b: Matrix, onto start: Matrix, copies: Int, into c: Matrix
    ) {
        precondition(
            a.rows == c.rows && b.rows == a.columns && b.columns == c.columns
                && start.columns == c.columns && start.rows * copies == c.rows,
            "shapes do not fit")
        guard hone_has_products() != 0, a.rows > 1, a.columns > 0, c.columns % 16 == 0 else {
            c.copy(from: start, copies: copies)
            multiply(a, b, into: c, accumulate: true)
            return
        }
        if ProductTally.isCounting {
            ProductTally.count(
                ProductShape(
                    rows: c.rows, columns: c.columns, depth: a.columns, accumulate: true))
        }
        hone_product(
            a.base, a.stride, 0, b.base, b.stride, 0, c.base, c.stride, c.rows, c.columns,
            a.columns, 0, start.base, start.stride, copies)
    }

    /// target [M, N] ← source [N, M] with rows and columns exchanged.
    public static func transpose(_ source: Matrix, into target: Matrix) {
        precondition(target.rows == source.columns && target.columns == source.rows)
        hone_transpose(
            source.base, source.stride, source.rows, source.columns, target.base, target.stride)
    }

    /// The product by OpenBLAS, whatever else there is: also the measure that a benchmark holds ours against.
    public static func library(
        _ a: Matrix, _ transposeA: Bool, _ b: Matrix, _ transposeB: Bool, into c: Matrix,
        _ accumulate: Bool, _ scale: Float
    ) {
        precondition(prepared)
        let n = c.rows
        let m = c.columns
        let k = transposeA ? a.rows : a.columns
        let beta: Float = accumulate ? 1 : 0
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
