/// Sums of one shard for the report, in the order of `ShardedWorkspace.sums`.
enum CriticSum: Int, CaseIterable {
    case tdLoss, cqlLoss, target, qData, qRandom, qPolicy, monteCarlo, bound, valueLoss
    case gain, bestIterate, gradientNorm, shift, value, candidates, states
    case described, best, mean, spread, edited, zero, data, distance
}
