/// How a batch is split between offline and online rows; `Learning/Algorithm.md` 1.3.
public enum Mixing {
    /// Offline rows of a batch at a fixed ratio: floor(B · ratio); all of them without online rows.
    public static func offlineRows(
        batch: Int, ratio: Double, offline: Int, online: Int
    ) -> Int {
        if online == 0 { return batch }
        if offline == 0 { return 0 }
        return min(batch, max(0, Int((Double(batch) * ratio).rounded(.down))))
    }

    /// Offline rows of a batch in proportion to the stores: floor(|D_off| / (|D_off| + |D_on|) · B).
    public static func proportionalOfflineRows(batch: Int, offline: Int, online: Int) -> Int {
        let share = Double(offline) / Double(max(1, offline + online))
        return Int((share * Double(batch)).rounded(.down))
    }
}
