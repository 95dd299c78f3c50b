import Platform

extension SessionReport {
    /// Writes `report.json` and `report.html` into a session directory, each in one step that
    /// survives a crash; `report.json` last, so that where it is both are.
    public func write(into directory: String) throws(ReportError) {
        let files = [("report.html", ReportPage(self).html), ("report.json", try json())]
        for (name, text) in files {
            let path = directory + "/" + name
            do {
                try Files.replace(path, with: Array(text.utf8))
            } catch {
                throw ReportError.cannotWrite(path: path, reason: error.description)
            }
        }
    }
}
