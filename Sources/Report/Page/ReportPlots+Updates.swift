/// The plots over updates: losses and Q.
extension ReportPlots {
    /// Losses of the critic; a logarithmic axis where all are positive and far apart.
    var criticLosses: String? {
        lossFigure(
            "Critic loss", title: "The critic's losses over updates",
            [
                ("whole", .primary, \.criticLoss), ("temporal difference", .tertiary, \.tdLoss),
                ("conservative", .secondary, \.conservativeLoss),
            ], caption: "The line is a moving average, the pale one the single updates.")
    }

    /// Loss of the policy.
    var policyLoss: String? {
        lossFigure(
            "Policy loss", title: "The policy's loss over updates",
            [("imitation and distillation", .primary, \.policyLoss)],
            caption: "Imitation first, then distillation towards the actions the critic prefers.")
    }

    /// Mean Q of the training batches with the range from the smallest to the largest.
    var qValues: String? {
        let records = report.updates.filter { $0.qMean != nil }
        guard records.count > 1 else { return nil }
        var plot = SVGPlot(
            title: "Q over updates", x: updateAxis(records), y: PlotAxis(label: "Q of the batch"))
        let spans = records.compactMap { record in
            record.qMinimum.flatMap { low in
                record.qMaximum.map { PlotSpan(x: Double(record.update), lower: low, upper: $0) }
            }
        }
        plot.add(.boundaries(boundaries(records)), .muted)
        if spans.count > 1 { plot.add(.band(spans), .primary, name: "smallest to largest") }
        plot.add(
            .line(Self.runs(records, \.qMean, halfWindow: 0), isDashed: false), .primary,
            name: "mean")
        return figure(
            "Q over updates", plot.svg,
            "Q of the actions in the training batches. It should settle, and stay below the best "
                + "possible return.")
    }

    private func lossFigure(
        _ heading: String, title: String,
        _ series: [(String, PlotColour, KeyPath<UpdateRecord, Double?>)],
        caption: String
    ) -> String? {
        let present = series.map { entry in
            (
                name: entry.0, colour: entry.1,
                records: report.updates.filter { $0[keyPath: entry.2] != nil },
                field: entry.2
            )
        }.filter { $0.records.count > 1 }
        guard !present.isEmpty else { return nil }
        let all = present.flatMap { entry in
            entry.records.compactMap { $0[keyPath: entry.field] }
        }.filter(\.isFinite)
        let records = report.updates.filter { record in
            present.contains { record[keyPath: $0.field] != nil }
        }
        var plot = SVGPlot(
            title: title, x: updateAxis(records),
            y: PlotAxis(label: "loss", scale: Self.isSpread(all) ? .logarithmic : .linear))
        plot.add(.boundaries(boundaries(records)), .muted)
        for entry in present {
            let isLong = entry.records.count > 20
            if isLong {
                let raw = Self.runs(entry.records, entry.field, halfWindow: 0)
                plot.add(.line(raw, isDashed: true), entry.colour)
            }
            let half = isLong ? max(1, entry.records.count / 50) : 0
            plot.add(
                .line(Self.runs(entry.records, entry.field, halfWindow: half), isDashed: false),
                entry.colour, name: entry.name)
        }
        return figure(heading, plot.svg, caption)
    }

    private func updateAxis(_ records: [UpdateRecord]) -> PlotAxis {
        PlotAxis(
            label: "update", lower: Double(records.first?.update ?? 0),
            upper: Double(records.last?.update ?? 1))
    }

    /// Where stages begin, those of the records alone: updates of another network are counted for themselves.
    private func boundaries(_ records: [UpdateRecord]) -> [(x: Double, label: String)] {
        var out: [(x: Double, label: String)] = []
        for record in records where out.last?.label != record.stage {
            out.append((Double(record.update), record.stage))
        }
        return out.count > 1 ? out : []
    }

    /// A line that is smoothed within each stage and broken between stages.
    static func runs(
        _ records: [UpdateRecord], _ field: KeyPath<UpdateRecord, Double?>, halfWindow: Int
    ) -> [PlotPoint] {
        var out: [PlotPoint] = []
        for run in records.split(whereNeighbours: { $0.stage != $1.stage }) {
            if !out.isEmpty { out.append(PlotPoint(Double(run[run.startIndex].update), .nan)) }
            let points = run.map { PlotPoint(Double($0.update), $0[keyPath: field] ?? .nan) }
            out += halfWindow > 0 ? smoothed(points, halfWindow: halfWindow) : points
        }
        return out
    }

    /// All positive, and the largest more than thirty times the smallest.
    static func isSpread(_ values: [Double]) -> Bool {
        guard let low = values.min(), let high = values.max(), low > 0 else { return false }
        return high / low > 30
    }

    /// The mean over a window centred on each point; what is not finite is passed over.
    static func smoothed(_ points: [PlotPoint], halfWindow: Int) -> [PlotPoint] {
        points.indices.map { index in
            let span = max(0, index - halfWindow)...min(points.count - 1, index + halfWindow)
            let values = points[span].map(\.y).filter(\.isFinite)
            let mean = values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
            return PlotPoint(points[index].x, mean)
        }
    }
}

extension Array {
    /// Cuts between neighbours for which the condition holds; no piece is empty.
    fileprivate func split(whereNeighbours isCut: (Element, Element) -> Bool) -> [ArraySlice<
        Element
    >] {
        var out: [ArraySlice<Element>] = []
        var start = startIndex
        for index in indices.dropFirst() where isCut(self[index - 1], self[index]) {
            out.append(self[start..<index])
            start = index
        }
        if start < endIndex { out.append(self[start...]) }
        return out
    }
}
