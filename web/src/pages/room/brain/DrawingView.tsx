import type { Drawing } from '../../../../../src/report/brain/drawing.ts';

/** The shapes of a picture as SVG. Tiles keep their colours in the dark theme; lines and words follow the text. */
export function DrawingView({ drawing }: { drawing: Drawing }) {
  const { width, height, described, rects, lines, dots, texts } = drawing;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={described} className="brain-drawing">
      {rects.map((one) => (
        <rect key={`${one.x} ${one.y}`} x={one.x} y={one.y} width={one.width} height={one.height} fill={one.fill}>
          <title>{one.words}</title>
        </rect>
      ))}
      {lines.map(({ points, strong }) => (
        <polyline key={points} points={points} className={strong ? 'brain-line strong' : 'brain-line'} />
      ))}
      {dots.map(({ x, y, latest, words }) => (
        <circle key={words} cx={x} cy={y} r={latest ? 4 : 2.5} className={latest ? 'brain-dot latest' : 'brain-dot'}>
          <title>{words}</title>
        </circle>
      ))}
      {texts.map(({ x, y, text, anchor }) => (
        <text
          key={`${x} ${y} ${text}`}
          x={x}
          y={y}
          textAnchor={anchor}
          className={anchor === 'middle' ? 'brain-sign' : 'brain-text'}
        >
          {text}
        </text>
      ))}
    </svg>
  );
}
