import Platform

/// Stages one under the other, each beginning where the one before ended.
struct StageChart {
    let stages: [StageRecord]

    private static let width = 970.0
    private static let rowHeight = 24.0

    var svg: String {
        let durations = stages.map { max(0, $0.wallSeconds.isFinite ? $0.wallSeconds : 0) }
        let total = durations.reduce(0, +)
        let height = Self.rowHeight * Double(stages.count) + 8
        let names = stages.map { SVGText.width(of: $0.name) }.max() ?? 0
        let left = min(280, names + 18)
        let room = Self.width - left - 110
        var out = "<svg viewBox=\"0 0 \(SVGText.number(Self.width)) \(SVGText.number(height))\" "
        out += "role=\"img\"><title>Wall time of each stage</title>\n"
        var began = 0.0
        for (index, stage) in stages.enumerated() {
            let y = Self.rowHeight * Double(index) + 4
            let start = left + (total > 0 ? began / total : 0) * room
            let length = (total > 0 ? durations[index] / total : 0) * room
            began += durations[index]
            out += SVGText.line(left, y + 20, Self.width, y + 20, "grid")
            out += SVGText.text(stage.name, left - 12, y + 13, "strong end")
            out += "<rect class=\"bar f-primary\" x=\"\(SVGText.number(start))\" "
            out += "y=\"\(SVGText.number(y + 2))\" width=\"\(SVGText.number(max(2, length)))\" "
            out += "height=\"14\" rx=\"2\"/>\n"
            let share = total > 0 ? durations[index] / total : 0
            let label =
                "\(NumberText.duration(durations[index])) · \(NumberText.wholePercent(share)) %"
            out += SVGText.text(label, start + max(2, length) + 7, y + 13, "tick")
        }
        return out + "</svg>\n"
    }
}
