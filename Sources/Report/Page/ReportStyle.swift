/// The report's style sheet: one column of text, two of plots, light and dark.
public enum ReportStyle {
    /// Blue, orange and green that stay apart for colour-blind readers (after Okabe and Ito),
    /// adjusted to the two backgrounds.
    public static let sheet = """
        :root{color-scheme:light dark;--page:#fbfbfa;--card:#fff;--ink:#1d2125;--soft:#5c656e;
        --rule:#dfe2e5;--grid:#eceef0;--primary:#1f6fb2;--secondary:#cf5f12;--tertiary:#1b8a67;
        --muted:#8a939c}
        @media (prefers-color-scheme:dark){:root{--page:#15181b;--card:#1c2024;--ink:#e6e8ea;
        --soft:#9aa4ad;--rule:#31373d;--grid:#282d32;--primary:#5ba8e6;--secondary:#f0914a;
        --tertiary:#45bd95;--muted:#7b858e}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
        main{max-width:1040px;margin:0 auto;padding:32px 20px 56px}
        .kicker{margin:0;color:var(--soft);font-size:13px}
        h1{font-size:27px;line-height:1.2;margin:2px 0 4px;font-weight:650;letter-spacing:-.01em}
        h2{font-size:17px;margin:40px 0 10px;font-weight:650}
        p{margin:6px 0;max-width:74ch}
        .sub{color:var(--soft);margin:0 0 22px}
        .card,figure{background:var(--card);border:1px solid var(--rule);border-radius:8px}
        .hero{display:grid;grid-template-columns:minmax(250px,2fr) 3fr;gap:28px;padding:22px 26px;
        align-items:center}
        .hero .big{font-size:46px;line-height:1.1;font-weight:650;letter-spacing:-.02em;margin:0;
        white-space:nowrap;color:var(--ink);font-variant-numeric:tabular-nums}
        .hero .big span{color:var(--soft);font-weight:400}
        .hero p{margin:4px 0 0;color:var(--soft);font-size:13.5px}
        .tiles{display:grid;grid-template-columns:repeat(4,1fr);margin-top:12px;padding:14px 0}
        .tiles div{padding:0 26px;border-left:1px solid var(--rule)}
        .tiles div:first-child{border-left:0}
        .tiles b{display:block;font-size:21px;font-weight:650;font-variant-numeric:tabular-nums}
        .tiles span{color:var(--soft);font-size:13px}
        .warn{border-left:4px solid var(--secondary);padding:10px 16px;margin:0 0 12px}
        .plots{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:12px}
        figure{margin:0;padding:14px 16px 10px}
        figure.wide{grid-column:1/-1}
        figure h3{font-size:14px;margin:0 0 6px;font-weight:650}
        figcaption{color:var(--soft);font-size:12.5px;line-height:1.45;margin-top:4px}
        svg{display:block;width:100%;height:auto;overflow:visible}
        svg text{font-size:11px;fill:var(--soft)}
        svg .tick{font-variant-numeric:tabular-nums}
        svg .end{text-anchor:end}svg .middle{text-anchor:middle}
        svg .legend,svg .strong{fill:var(--ink)}
        svg .mark{font-size:10px}
        svg .value{font-weight:650;fill:var(--ink);font-size:12px}
        .grid{stroke:var(--grid)}.axis{stroke:var(--muted)}
        .guide{stroke:var(--muted);stroke-dasharray:3 3}
        .line{fill:none;stroke-width:1.8;stroke-linejoin:round}
        .dash{stroke-width:1;stroke-opacity:.4}
        .band{fill-opacity:.18}.bar{fill-opacity:.85}
        .disc{fill-opacity:.8}.ring{fill:none;stroke-width:1.3}
        .diamond{stroke:var(--card);stroke-width:1}.whisker{stroke-width:1.6}
        .s-primary{stroke:var(--primary)}.f-primary{fill:var(--primary)}
        .s-secondary{stroke:var(--secondary)}.f-secondary{fill:var(--secondary)}
        .s-tertiary{stroke:var(--tertiary)}.f-tertiary{fill:var(--tertiary)}
        .s-muted{stroke:var(--muted)}.f-muted{fill:var(--muted)}
        .facts{display:grid;grid-template-columns:repeat(3,1fr);gap:12px}
        .facts .card{padding:12px 18px}
        .scroll{overflow-x:auto;padding:4px 18px 8px}
        table{border-collapse:collapse;width:100%;font-size:13.5px}
        caption{text-align:left;font-weight:650;padding:4px 0 6px;font-size:14px}
        th,td{text-align:left;padding:5px 20px 5px 0;border-top:1px solid var(--grid);
        vertical-align:top}
        thead th,tbody:first-of-type tr:first-child>*{border-top:0}
        thead+tbody tr:first-child>*{border-top:1px solid var(--rule)!important}
        th{font-weight:400;color:var(--soft)}
        th:last-child,td:last-child{padding-right:0}
        .number{text-align:right;font-variant-numeric:tabular-nums}
        .facts th{white-space:nowrap}.facts td{text-align:right;font-variant-numeric:tabular-nums}
        .quiet{color:var(--soft)}
        dt{font-weight:650;margin-top:10px}dd{margin:0;max-width:74ch}
        @media (max-width:760px){.plots,.facts,.hero{grid-template-columns:1fr}
        .tiles{grid-template-columns:repeat(2,1fr);row-gap:12px}
        .tiles div:nth-child(odd){border-left:0}
        figure.wide{overflow-x:auto}figure.wide svg{min-width:660px}}
        @media print{body{background:#fff}figure,.card{break-inside:avoid}}
        """
}
